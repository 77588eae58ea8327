#pragma once

#include "model/error.hpp"
#include "model/google_credential.hpp"
#include "model/task.hpp"

#include <vector>

namespace nextjob::store {

// The Google accounts that users have connected, one each, with their tokens sealed.
class GoogleCredentials {
  public:
    virtual ~GoogleCredentials() = default;

    virtual Task<Result<void>> put(GoogleCredential credential) = 0;  // replaces the user's; NotFound: no such user
    virtual Task<Result<GoogleCredential>> find(UserId user) = 0;     // NotFound
    virtual Task<Result<void>> remove(UserId user) = 0;               // NotFound
    // Of active users with an id beyond that one, by the user's id, at most `limit`.
    virtual Task<Result<std::vector<GoogleCredential>>> after(UserId beyond, int limit) = 0;
};

}  // namespace nextjob::store
