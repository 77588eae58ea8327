#include "ingest/gmail/gmail_quota.hpp"

#include <algorithm>

namespace nextjob::ingest {

namespace {

constexpr GmailQuota::Clock::duration burst = std::chrono::seconds(1);

std::chrono::milliseconds until(GmailQuota::Clock::time_point then, GmailQuota::Clock::time_point now) {
    return then <= now ? std::chrono::milliseconds(0) : std::chrono::ceil<std::chrono::milliseconds>(then - now);
}

}  // namespace

GmailQuota::Account& GmailQuota::account(UserId user, Clock::time_point now) {
    // Who has every unit and is not held is as good as unknown.
    if (accounts_.size() >= capacity && !accounts_.contains(user))
        std::erase_if(accounts_,
                      [&](const auto& entry) { return entry.second.full <= now && entry.second.held <= now; });
    return accounts_[user];
}

std::chrono::milliseconds GmailQuota::take(UserId user, int units) {
    const std::scoped_lock lock(mutex_);
    const auto now = now_();
    Account& known = account(user, now);
    const auto cost = std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(units)) / unitsPerSecond_;
    const auto full = std::max(known.full, now);
    known.full = full + cost;
    // What costs more than a second's worth goes when all of that is there.
    return std::max(until(full + std::min(cost, burst) - burst, now), until(known.held, now));
}

void GmailQuota::hold(UserId user, std::chrono::milliseconds length) {
    const std::scoped_lock lock(mutex_);
    const auto now = now_();
    Account& known = account(user, now);
    known.held = std::max(known.held, now + length);
}

std::chrono::milliseconds GmailQuota::held(UserId user) {
    const std::scoped_lock lock(mutex_);
    const auto found = accounts_.find(user);
    return found == accounts_.end() ? std::chrono::milliseconds(0) : until(found->second.held, now_());
}

}  // namespace nextjob::ingest
