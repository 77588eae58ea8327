#include "api/middleware/rate_limit.hpp"

#include <algorithm>

namespace nextjob::api {

std::optional<std::chrono::seconds> RateLimiter::check(Clock::time_point full, Clock::time_point now) const {
    const auto over = full + interval_ - (now + burst_ * interval_);
    if (over <= Clock::duration::zero()) return {};
    return std::chrono::ceil<std::chrono::seconds>(over);
}

std::optional<std::chrono::seconds> RateLimiter::take(std::string_view key, Clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    const auto found = fullAt_.find(key);
    const auto full = found == fullAt_.end() ? now : std::max(found->second, now);
    if (const auto wait = check(full, now)) return wait;
    if (found != fullAt_.end()) {
        found->second = full + interval_;
        return {};
    }
    if (fullAt_.size() >= capacity) makeRoom(now);
    fullAt_.emplace(key, full + interval_);
    return {};
}

std::optional<std::chrono::seconds> RateLimiter::wait(std::string_view key, Clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    const auto found = fullAt_.find(key);
    return found == fullAt_.end() ? std::nullopt : check(std::max(found->second, now), now);
}

void RateLimiter::makeRoom(Clock::time_point now) {
    std::erase_if(fullAt_, [&](const auto& entry) { return entry.second <= now; });
    if (fullAt_.size() >= capacity) fullAt_.clear();
}

}  // namespace nextjob::api
