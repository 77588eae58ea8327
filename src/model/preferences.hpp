#pragma once

#include "model/profile.hpp"
#include "model/time.hpp"

#include <optional>
#include <string>

namespace nextjob {

// What a user wants of a job apart from skills (places, remote, salary floor, …), as the JSON text that
// scoring reads and writes.
struct StoredPreferences {
    std::string json = "{}";
    std::optional<Timestamp> updated;  // nothing when the user has not said anything
    ProfileVersion profile = 0;        // of the skills and preferences together
};

}  // namespace nextjob
