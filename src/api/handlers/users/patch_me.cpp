#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/letters.hpp"
#include "api/handlers/users/user_view.hpp"
#include "api/handlers/users/users.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

namespace {

// What users may change of themselves; privileges are not among it.
struct Changes {
    std::optional<json::Email> email;
    std::optional<Password> password;
    std::optional<json::Text<0, 200>> fullName;
    std::optional<json::Text<1, 4 * maximumPassword>> currentPassword;  // for a new address or password
};
BOOST_DESCRIBE_STRUCT(Changes, (), (email, password, fullName, currentPassword))

}  // namespace

Task<Response> patchMe(Call call) {
    Services& services = call.services;
    Problems problems;
    auto body = json::readBody<Changes>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto before = co_await services.store.users().find(call.request.userId);
    if (!before) co_return refuse(before.error());
    const bool newEmail = body->email && body->email->value != before->email;
    // Whoever finds a device signed in must not be able to keep the account.
    if (newEmail || body->password) {
        auto given = body->currentPassword ? std::move(body->currentPassword->value) : std::string();
        if (given.empty()) co_return refuse(400, "UPDATE_USER_CURRENT_PASSWORD_REQUIRED");
        if (auto refusal = co_await wrongPassword(call, std::move(given))) co_return std::move(*refusal);
    }
    UserChanges changes;
    if (body->fullName) changes.fullName = std::move(body->fullName->value);
    if (newEmail) {
        changes.email = std::move(body->email->value);
        changes.isVerified = false;
    }
    if (body->password) {
        auto hash = co_await services.passwords.hash(std::move(body->password->value));
        if (!hash) co_return refuse(hash.error());
        changes.passwordHash = std::move(*hash);
    }
    const bool newPassword = changes.passwordHash.has_value();
    const auto user = co_await services.store.users().update(call.request.userId, std::move(changes));
    services.accounts.forget(call.request.userId);
    if (!user && user.error().code == ErrorCode::Conflict) co_return refuse(400, "UPDATE_USER_EMAIL_ALREADY_EXISTS");
    if (!user) co_return refuse(user.error());
    // Whoever knew the old password is signed out, this client too.
    if (newPassword) {
        const auto ended = co_await services.store.sessions().endAll(call.request.userId, 0);
        if (!ended) co_return refuse(ended.error());
    }
    if (newEmail) (void)auth_handlers::sendVerification(services, *user);
    co_return ok(view(*user));
}

}  // namespace nextjob::api::users
