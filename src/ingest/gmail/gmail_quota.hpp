#pragma once

#include "model/user.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <unordered_map>

namespace nextjob::ingest {

// What each call costs of a user's quota, in Google's units.
namespace gmail_cost {
inline constexpr int profile = 1, list = 5, get = 5, history = 2, watch = 100, stop = 50;
}

// Keeps each user's calls within Gmail's quota: a second's worth at once, then as fast as it fills. Counts what this
// process does. Shared by all threads.
class GmailQuota {
  public:
    using Clock = std::chrono::steady_clock;

    explicit GmailQuota(int unitsPerSecond = 250, std::function<Clock::time_point()> now = &Clock::now)
        : unitsPerSecond_(unitsPerSecond), now_(std::move(now)) {}

    // Takes the units; how long to wait before the call that they are for.
    std::chrono::milliseconds take(UserId user, int units);

    // Google wants no call for this user for so long.
    void hold(UserId user, std::chrono::milliseconds length);

    // How long it will be held yet.
    std::chrono::milliseconds held(UserId user);

  private:
    struct Account {
        Clock::time_point full{};  // when every unit is there again
        Clock::time_point held{};
    };
    static constexpr std::size_t capacity = 200'000;

    Account& account(UserId user, Clock::time_point now);

    const int unitsPerSecond_;
    const std::function<Clock::time_point()> now_;
    std::mutex mutex_;
    std::unordered_map<UserId, Account> accounts_;  // guarded by mutex_
};

}  // namespace nextjob::ingest
