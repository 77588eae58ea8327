#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/users/change_user.hpp"
#include "api/handlers/users/users.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

namespace {

struct OwnChange : UserChange {
    std::optional<wire::Text<1, 4 * maximumPassword>> currentPassword;  // for a new address or password
};
BOOST_DESCRIBE_STRUCT(OwnChange, (UserChange), (currentPassword))

}  // namespace

Task<Response> patchMe(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<OwnChange>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto before = co_await call.services.store.users().find(call.request.userId);
    if (!before) co_return refuse(before.error());
    std::optional<Credentials> proved;
    // Whoever finds a device signed in must not be able to keep the account.
    if ((body->email && body->email->value != before->email) || body->password) {
        auto given = body->currentPassword ? std::move(body->currentPassword->value) : std::string();
        if (given.empty()) co_return refuse(400, "UPDATE_USER_CURRENT_PASSWORD_REQUIRED");
        auto right = co_await provePassword(call, std::move(given));
        if (!right) co_return std::move(right.error());
        proved = std::move(*right);
    }
    AdministeredChange change{UserChange(std::move(*body)), {}, {}, {}};
    co_return co_await changeUser(&call.services, call.request.userId, std::move(change), std::move(proved));
}

}  // namespace nextjob::api::users
