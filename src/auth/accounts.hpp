#pragma once

#include "model/error.hpp"
#include "model/session.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace nextjob::store {
class Users;
}

namespace nextjob::auth {

// The users of the sessions that access tokens name, kept for a few seconds, so that not each request asks the store.
// What this process ends is at an end at once, what another one ends within the few seconds. Shared by all threads.
class Accounts {
  public:
    explicit Accounts(store::Users& users) : users_(users) {}

    // Unauthorized when the session has ended, is another user's, or the user is gone or not active.
    Task<Result<User>> active(UserId id, SessionId session);

    // After a user was changed or erased, or any session of theirs has ended.
    void forget(UserId id);

  private:
    using Clock = std::chrono::steady_clock;
    struct Kept {
        User user;
        Clock::time_point until;
    };
    static constexpr std::chrono::seconds lifetime{5};
    static constexpr std::size_t capacity = 10'000;

    store::Users& users_;
    std::mutex mutex_;
    std::unordered_map<SessionId, Kept> kept_;  // guarded by mutex_, as is the next
    std::uint64_t forgotten_ = 0;               // counts `forget`: what was read before one is not kept after it
};

}  // namespace nextjob::auth
