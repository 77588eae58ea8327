#include "auth/accounts.hpp"

#include "store/users.hpp"

namespace nextjob::auth {

Task<Result<User>> Accounts::active(UserId id) {
    const auto now = Clock::now();
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = kept_.find(id); found != kept_.end() && found->second.until > now)
            co_return found->second.user;
    }
    auto user = co_await users_.find(id);
    if (!user && user.error().code != ErrorCode::NotFound) co_return std::unexpected(std::move(user.error()));
    if (!user || !user->isActive) co_return failure(ErrorCode::Unauthorized, "the account is gone or barred");
    const std::scoped_lock lock(mutex_);
    if (kept_.size() >= capacity) kept_.clear();
    kept_.insert_or_assign(id, Kept{*user, now + lifetime});
    co_return std::move(*user);
}

void Accounts::forget(UserId id) {
    const std::scoped_lock lock(mutex_);
    kept_.erase(id);
}

}  // namespace nextjob::auth
