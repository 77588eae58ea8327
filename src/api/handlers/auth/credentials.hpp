#pragma once

#include "api/json/read.hpp"

#include <cstddef>

namespace nextjob::api {

// Long enough to resist guessing, short enough to be hashed at once.
inline constexpr std::size_t minimumPassword = 8;
inline constexpr std::size_t maximumPassword = 1024;

using Password = json::Text<minimumPassword, maximumPassword>;

}  // namespace nextjob::api
