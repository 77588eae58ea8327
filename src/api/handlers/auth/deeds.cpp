#include "api/handlers/auth/deeds.hpp"

#include "api/handlers/auth/letters.hpp"
#include "auth/common_passwords.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::auth_handlers {

using auth::LinkPurpose;
using auth::wordsOf;

Task<Result<std::optional<User>>> verifyEmail(Services& services, std::string token) {
    const auto known = co_await userOfLink(services, LinkPurpose::VerifyEmail, std::move(token));
    if (!known) co_return std::unexpected(known.error());
    if (!*known) co_return std::nullopt;
    UserChanges changes{.isVerified = true, .whileEmail = (*known)->user.email};
    auto user = co_await services.store.users().update((*known)->user.id, std::move(changes));
    services.accounts.forget((*known)->user.id);
    if (!user && user.error().code == ErrorCode::NotFound) co_return std::nullopt;
    if (!user) co_return std::unexpected(std::move(user.error()));
    co_return std::move(*user);
}

Task<Result<bool>> resetPassword(Services& services, std::string token, std::string password) {
    const auto known = co_await userOfLink(services, LinkPurpose::ResetPassword, std::move(token));
    if (!known) co_return std::unexpected(known.error());
    if (!*known) co_return false;
    auto hash = co_await services.passwords.hashNew(std::move(password), wordsOf((*known)->user));
    if (!hash) co_return std::unexpected(std::move(hash.error()));
    const UserId id = (*known)->user.id;
    UserChanges changes{.passwordHash = std::move(*hash),
                        .isVerified = true,
                        .whileEmail = (*known)->user.email,
                        .whilePasswordHash = (*known)->passwordHash};
    const auto user = co_await services.store.users().update(id, std::move(changes));
    if (!user && user.error().code == ErrorCode::NotFound) co_return false;
    if (!user) co_return std::unexpected(user.error());
    const auto ended = co_await services.store.sessions().endAll(id, 0);
    services.accounts.forget(id);
    if (!ended) co_return std::unexpected(ended.error());
    co_return true;
}

Task<Result<void>> replacePassword(Services& services, Credentials proved, std::string password, SessionId kept) {
    const UserId user = proved.user.id;
    auto hash = co_await services.passwords.hashNew(std::move(password), wordsOf(proved.user));
    if (!hash) co_return std::unexpected(std::move(hash.error()));
    UserChanges changes{.passwordHash = std::move(*hash), .whilePasswordHash = std::move(proved.passwordHash)};
    const auto updated = co_await services.store.users().update(user, std::move(changes));
    if (!updated && updated.error().code == ErrorCode::NotFound)
        co_return failure(ErrorCode::Conflict, "the password was changed meanwhile");
    if (!updated) co_return std::unexpected(updated.error());
    const auto ended = co_await services.store.sessions().endAll(user, kept);
    services.accounts.forget(user);
    if (!ended) co_return std::unexpected(ended.error());
    co_return Result<void>{};
}

}  // namespace nextjob::api::auth_handlers
