#pragma once

#include "api/route.hpp"

#include <span>

namespace nextjob::api {

// Every route of the API.
std::span<const Route> routes();

}  // namespace nextjob::api
