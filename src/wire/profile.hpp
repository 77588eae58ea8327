#pragma once

#include "wire/read.hpp"

#include <cstdint>
#include <string>
#include <vector>

// The JSON of GET /service/profiles/user/{id}.
namespace nextjob::wire {

struct ProfileView {
    std::int64_t userId = 0;
    std::string email;
    std::vector<std::string> skills;
    std::string preferences;  // as it is stored: a JSON text (analyse/score/profile_json.hpp)
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ProfileView, (), (userId, email, skills, preferences, version))

}  // namespace nextjob::wire
