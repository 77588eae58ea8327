#pragma once

#include "model/error.hpp"
#include "model/profile.hpp"

#include <string>
#include <string_view>

namespace nextjob::analyse {

// The user's wishes as they are stored and served (StoredPreferences::json). Every key may be missing:
//   {"seniorities": ["senior"], "places": ["Berlin"], "work_modes": ["remote"],
//    "salary_floor": {"amount": 60000, "currency": "EUR", "period": "year"},
//    "languages": ["en", "de"], "hidden_companies": ["Acme"]}
// Skills are kept elsewhere and stay empty. Invalid names the key and says what it takes; unknown keys are invalid.
// Limits: 64 KB, 100 entries a list, 200 bytes a text.
Result<Profile> readProfile(std::string_view json);

// The same form, with the keys that are set. readProfile gives back what was written, without the skills.
std::string writeProfile(const Profile& profile);

}  // namespace nextjob::analyse
