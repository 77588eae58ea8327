#pragma once

#include "model/error.hpp"
#include "model/google_credential.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nextjob::store {

// The Google accounts that users have connected, one each, with their tokens sealed. Each has its user's mailbox
// "gmail": it is made with the account, rests while that is broken, begins anew with another account, and goes with it.
class GoogleCredentials {
  public:
    virtual ~GoogleCredentials() = default;

    // Replaces the user's, which is whole then. NotFound: no such user; Conflict: the account is another user's.
    virtual Task<Result<void>> put(GoogleCredential credential) = 0;
    virtual Task<Result<GoogleCredential>> find(UserId user) = 0;                   // NotFound
    virtual Task<Result<GoogleCredential>> findBySubject(std::string subject) = 0;  // NotFound
    // Of users whose account has this address, in any case, by id.
    virtual Task<Result<std::vector<UserId>>> findByEmail(std::string email) = 0;
    // Changes seal, key and expiry, or marks it as broken since now, if the row is still of this version: what another
    // process has changed meanwhile is newer. Whether it was.
    virtual Task<Result<bool>> renew(GoogleCredential credential) = 0;
    virtual Task<Result<bool>> markBroken(UserId user, std::int64_t version, std::string reason) = 0;
    virtual Task<Result<void>> remove(UserId user) = 0;  // NotFound
    // Of active users with an id beyond that one, by the user's id, at most `limit`.
    virtual Task<Result<std::vector<GoogleCredential>>> after(UserId beyond, int limit) = 0;
};

}  // namespace nextjob::store
