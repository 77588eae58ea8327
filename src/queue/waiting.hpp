#pragma once

#include "queue/queue.hpp"
#include "store/signal.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>

namespace nextjob::queue {

// What the engines of the queue share: how they wait, and for how long.

using WaitClock = std::chrono::steady_clock;

// How often to look for what another process has changed.
inline constexpr std::chrono::milliseconds pollForWork{500};
inline constexpr std::chrono::milliseconds pollForRoom{100};
inline constexpr std::chrono::milliseconds reclaimEvery{1000};

inline constexpr std::string_view readersDied =
    "Whatever process analysed this message died, or did not end in time: it is given up on.";

inline std::chrono::milliseconds until(WaitClock::time_point deadline) {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::ceil<std::chrono::milliseconds>(deadline - WaitClock::now()));
}

// Says when it is time again for work that all threads share, to one of them. The first time is at once.
class Interval {
  public:
    explicit Interval(std::chrono::milliseconds length) : length_(length) {}

    bool isDue() {
        const auto now = ticks();
        std::int64_t next = next_.load();
        return now >= next && next_.compare_exchange_strong(next, now + length_.count());
    }
    void makeDue() { next_ = ticks(); }

  private:
    static std::int64_t ticks() {
        return std::chrono::duration_cast<std::chrono::milliseconds>(WaitClock::now().time_since_epoch()).count();
    }

    const std::chrono::milliseconds length_;
    std::atomic<std::int64_t> next_{0};  // steady clock, milliseconds
};

// Queue::accept: tries, as Task<Result<std::optional<Accepted>>>(), until there is room.
template <class TryOnce>
Task<Result<Accepted>> acceptWhenRoom(store::Signal& roomMade, std::chrono::milliseconds patience, TryOnce tryOnce) {
    const auto deadline = WaitClock::now() + patience;
    const std::shared_ptr<store::Signal::Waiter> room = co_await roomMade.subscribe();
    while (true) {
        auto accepted = co_await tryOnce();
        if (!accepted) co_return std::unexpected(std::move(accepted.error()));
        if (*accepted) co_return std::move(**accepted);
        if (WaitClock::now() >= deadline) {
            co_return failure(ErrorCode::Unavailable,
                              "The queue of messages is full: analysis is behind. Try again later.");
        }
        co_await store::Signal::wait(room, std::min(pollForRoom, until(deadline)));
    }
}

// Queue::claim: tries, as Task<Result<std::vector<Claim>>>(), until there is a message.
template <class TryOnce>
Task<Result<std::vector<Claim>>> claimWhenReady(store::Signal& workArrived, std::chrono::milliseconds wait,
                                                TryOnce tryOnce) {
    const auto deadline = WaitClock::now() + wait;
    const std::shared_ptr<store::Signal::Waiter> work = co_await workArrived.subscribe();
    while (true) {
        auto claims = co_await tryOnce();
        if (!claims || !claims->empty() || WaitClock::now() >= deadline) co_return claims;
        co_await store::Signal::wait(work, std::min(pollForWork, until(deadline)));
    }
}

}  // namespace nextjob::queue
