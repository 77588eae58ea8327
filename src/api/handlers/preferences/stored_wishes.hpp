#pragma once

#include "model/error.hpp"
#include "model/profile.hpp"
#include "model/task.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <optional>

namespace nextjob::store {
class Preferences;
}

namespace nextjob::api {

struct StoredWishes {
    Profile wishes;  // without skills
    std::optional<Timestamp> updated;
    ProfileVersion profile = 0;
};

// A user's wishes as they are kept.
Task<Result<StoredWishes>> storedWishes(store::Preferences& preferences, UserId user);

}  // namespace nextjob::api
