#pragma once

#include "model/error.hpp"
#include "model/preferences.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <string>

namespace nextjob::store {

// What each user wants of a job.
class Preferences {
  public:
    virtual ~Preferences() = default;

    virtual Task<Result<StoredPreferences>> ofUser(UserId user) = 0;  // "{}" when never set
    virtual Task<Result<void>> set(UserId user,
                                   std::string json) = 0;  // NotFound: no such user; Invalid: not JSON
};

}  // namespace nextjob::store
