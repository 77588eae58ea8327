#pragma once

#include "model/error.hpp"
#include "model/session.hpp"
#include "model/task.hpp"
#include "model/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace nextjob::store {
class Sessions;
}

namespace nextjob::auth {

// The long-lived tokens that keep a user signed in: random, stored as hashes, each good for one exchange. Stateless but
// for the store; may be used from any thread.
class RefreshTokens {
  public:
    RefreshTokens(store::Sessions& sessions, std::chrono::hours lifetime) : sessions_(sessions), lifetime_(lifetime) {}

    struct Grant {
        Session session;
        std::string token;  // for the client, and nowhere else
    };

    // Begins a session of a user whose password of this hash was just checked; Unauthorized when another one counts by
    // now. `device` is what the user sees in a list of sessions.
    Task<Result<Grant>> begin(const Credentials& proved, std::string device, Timestamp now);

    struct Exchange {
        UserId user = 0;
        std::optional<Grant> grant;  // nothing: the token had been exchanged before, and its session has ended
    };

    // A new token for a live one, which is dead then. There is no time in which an old one would do again, for a client
    // that lost the answer looks just like a thief who was slower: it signs in again. Unauthorized when the token is
    // not live.
    Task<Result<Exchange>> exchange(std::string token, Timestamp now);

    // Ends the session of a token; no error when there is none. Whose it was, 0 when there is none.
    Task<Result<UserId>> end(std::string token);

  private:
    store::Sessions& sessions_;
    std::chrono::hours lifetime_;
};

}  // namespace nextjob::auth
