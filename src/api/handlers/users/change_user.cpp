#include "api/handlers/users/change_user.hpp"

#include "api/handlers/auth/letters.hpp"
#include "api/handlers/users/user_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/common_passwords.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

namespace nextjob::api {

Task<Response> changeUser(Services* services, UserId id, AdministeredChange change, std::optional<Credentials> proved) {
    auto& users = services->store.users();
    const auto before = co_await users.find(id);
    if (!before) co_return refuse(before.error());
    UserChanges changes;
    if (proved) {
        changes.whileEmail = proved->user.email;
        changes.whilePasswordHash = proved->passwordHash;
    }
    if (change.fullName) changes.fullName = std::move(change.fullName->value);
    bool newEmail = false;
    if (change.email) {
        changes.email = std::move(change.email->value);
        newEmail = before->email != *changes.email;
        if (newEmail) changes.isVerified = false;
    }
    if (change.isVerified) changes.isVerified = change.isVerified;
    changes.isActive = change.isActive;
    changes.isSuperuser = change.isSuperuser;
    if (change.password) {
        auto words = auth::wordsOf(changes.email.value_or(before->email), changes.fullName.value_or(before->fullName));
        auto hash = co_await services->passwords.hashNew(std::move(change.password->value), std::move(words));
        if (!hash) co_return refusePassword(hash.error(), "password");
        changes.passwordHash = std::move(*hash);
    }
    const bool signOut = changes.passwordHash.has_value() || changes.isActive == false;
    const auto user = co_await users.update(id, std::move(changes));
    services->accounts.forget(id);
    if (!user && user.error().code == ErrorCode::Conflict) co_return refuse(400, "UPDATE_USER_EMAIL_ALREADY_EXISTS");
    if (!user && proved && user.error().code == ErrorCode::NotFound) co_return changedMeanwhile();
    if (!user) co_return refuse(user.error());
    // Whoever knew the old password is signed out, the client that changes it too.
    if (signOut) {
        const auto ended = co_await services->store.sessions().endAll(id, 0);
        services->accounts.forget(id);
        if (!ended) co_return refuse(ended.error());
    }
    // A mail that can't be sent now can be asked for again. Nobody is sent many for one who changes back and forth.
    if (newEmail && !user->isVerified && !services->letters.take(fmt::format("user {}", id)))
        (void)auth_handlers::sendVerification(*services, *user);
    co_return ok(view(*user));
}

}  // namespace nextjob::api
