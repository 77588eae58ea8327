#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nextjob::api {

// Token buckets by key: `burst` uses at once, then one every `interval`. Remembers at most 100,000 keys: past that
// full buckets are forgotten, or all when none is full. Shared by all threads.
class RateLimiter {
  public:
    using Clock = std::chrono::steady_clock;

    RateLimiter(int burst, std::chrono::milliseconds interval) : burst_(burst), interval_(interval) {}

    // Takes a use. When there is none left, takes nothing and says how long to wait.
    std::optional<std::chrono::seconds> take(std::string_view key, Clock::time_point now = Clock::now());

    // How long to wait for a use, without taking one.
    std::optional<std::chrono::seconds> wait(std::string_view key, Clock::time_point now = Clock::now());

  private:
    static constexpr std::size_t capacity = 100'000;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    // The wait of a bucket that will be full again at `full`.
    std::optional<std::chrono::seconds> check(Clock::time_point full, Clock::time_point now) const;
    void makeRoom(Clock::time_point now);

    int burst_;
    std::chrono::milliseconds interval_;
    std::mutex mutex_;
    std::unordered_map<std::string, Clock::time_point, Hash, std::equal_to<>> fullAt_;  // when each is full again
};

}  // namespace nextjob::api
