#include "api/handlers/auth/credentials.hpp"
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
};
BOOST_DESCRIBE_STRUCT(Changes, (), (email, password, fullName))

}  // namespace

Task<Response> patchMe(Call call) {
    Services& services = call.services;
    Problems problems;
    auto body = json::readBody<Changes>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    UserChanges changes;
    if (body->fullName) changes.fullName = std::move(body->fullName->value);
    if (body->email) {
        changes.email = std::move(body->email->value);
        const auto before = co_await services.store.users().find(call.request.userId);
        if (!before) co_return refuse(before.error());
        if (before->email != *changes.email) changes.isVerified = false;
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
        const auto ended = co_await services.store.sessions().endAll(call.request.userId);
        if (!ended) co_return refuse(ended.error());
    }
    co_return ok(view(*user));
}

}  // namespace nextjob::api::users
