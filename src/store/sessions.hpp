#pragma once

#include "model/error.hpp"
#include "model/session.hpp"
#include "model/task.hpp"

#include <string>
#include <vector>

namespace nextjob::store {

// Sign-ins and their rotating refresh tokens, known by hash only.
class Sessions {
  public:
    virtual ~Sessions() = default;

    // NotFound: no such user. Unauthorized: the password has been changed meanwhile, or the account barred.
    virtual Task<Result<Session>> create(NewSession session) = 0;
    // Swaps a live token for the next one of its family, at once and for good. When it was swapped before, however
    // shortly, the whole session ends, for one of its two users is a thief. Unauthorized when the token is unknown,
    // expired or its session has ended.
    virtual Task<Result<Rotation>> rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) = 0;
    // Ends the session of this token, live or swapped; no error when it has ended or never was. Whose it was, 0 when
    // there is none.
    virtual Task<Result<UserId>> endByToken(std::string tokenHash) = 0;
    virtual Task<Result<void>> end(UserId user, SessionId session) = 0;  // NotFound
    // All of the user's but `kept`, which may be 0; how many ended.
    virtual Task<Result<int>> endAll(UserId user, SessionId kept) = 0;
    virtual Task<Result<std::vector<Session>>> list(UserId user) = 0;  // live ones, last used first
    // Forgets sessions that ended or expired before this moment; returns how many.
    virtual Task<Result<int>> purge(Timestamp before) = 0;
};

}  // namespace nextjob::store
