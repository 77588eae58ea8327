#pragma once

#include "model/error.hpp"
#include "model/google_credential.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nextjob::store {

// The Google accounts that users have connected, one each, with their tokens sealed.
class GoogleCredentials {
  public:
    virtual ~GoogleCredentials() = default;

    // Replaces the user's, which is whole then. NotFound: no such user; Conflict: the account is another user's.
    virtual Task<Result<void>> put(GoogleCredential credential) = 0;
    virtual Task<Result<GoogleCredential>> find(UserId user) = 0;                   // NotFound
    virtual Task<Result<GoogleCredential>> findBySubject(std::string subject) = 0;  // NotFound
    // Changes seal, key and expiry, or marks it as broken since now, if the row is still of this version: what another
    // process has changed meanwhile is newer. Whether it was.
    virtual Task<Result<bool>> renew(GoogleCredential credential) = 0;
    virtual Task<Result<bool>> markBroken(UserId user, std::int64_t version, std::string reason) = 0;
    virtual Task<Result<void>> remove(UserId user) = 0;  // NotFound
    // Of active users with an id beyond that one, by the user's id, at most `limit`.
    virtual Task<Result<std::vector<GoogleCredential>>> after(UserId beyond, int limit) = 0;
};

}  // namespace nextjob::store
