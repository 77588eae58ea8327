#pragma once

#include "model/error.hpp"
#include "model/preferences.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <optional>
#include <string>

namespace nextjob::store {

// What each user wants of a job.
class Preferences {
  public:
    virtual ~Preferences() = default;

    virtual Task<Result<StoredPreferences>> ofUser(UserId user) = 0;  // "{}" when never set
    // With `whileProfile` only while the user's profile is still that one, else Conflict: for a change that was made
    // from what was read. NotFound: no such user; Invalid: not JSON.
    virtual Task<Result<void>> set(UserId user, std::string json, std::optional<ProfileVersion> whileProfile = {}) = 0;
};

}  // namespace nextjob::store
