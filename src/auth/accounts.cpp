#include "auth/accounts.hpp"

#include "store/users.hpp"

namespace nextjob::auth {

Task<Result<User>> Accounts::active(UserId id, SessionId session) {
    const auto now = Clock::now();
    std::uint64_t forgotten = 0;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = kept_.find(session);
        if (found != kept_.end() && found->second.until > now && found->second.user.id == id)
            co_return found->second.user;
        forgotten = forgotten_;
    }
    auto user = co_await users_.signedIn(session);
    if (!user) co_return std::unexpected(std::move(user.error()));
    if (user->id != id || !user->isActive)
        co_return failure(ErrorCode::Unauthorized, "the session is another user's, or the account is barred");
    const std::scoped_lock lock(mutex_);
    if (forgotten_ != forgotten) co_return std::move(*user);
    if (kept_.size() >= capacity) kept_.clear();
    kept_.insert_or_assign(session, Kept{*user, now + lifetime});
    co_return std::move(*user);
}

void Accounts::forget(UserId id) {
    const std::scoped_lock lock(mutex_);
    ++forgotten_;
    std::erase_if(kept_, [id](const auto& entry) { return entry.second.user.id == id; });
}

}  // namespace nextjob::auth
