#pragma once

#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob {

using SessionId = std::int64_t;

// One sign-in and the family of refresh tokens that follow each other in it.
struct Session {
    SessionId id = 0;
    UserId user = 0;
    std::string device;  // what the user sees in a list of sessions: the User-Agent
    Timestamp created;
    Timestamp lastUsed;
    Timestamp expires;  // of the token that is alive now
};

// What became of a token that was shown to be swapped for the next one.
struct Rotation {
    Session session;
    bool reused = false;  // it had been swapped before: there is no next one, and the session has ended
};

// The store only ever sees a token's hash.
struct NewSession {
    UserId user = 0;
    std::string tokenHash;
    Timestamp expires;
    std::string device;
    // What the user has just proved to know: the session begins only if it still counts and the account is active.
    std::optional<std::string> passwordHash = std::nullopt;
};

}  // namespace nextjob
