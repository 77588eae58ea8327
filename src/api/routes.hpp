#pragma once

#include "api/route.hpp"

#include <span>

namespace nextjob::api {

// Every route of the API.
std::span<const Route> routes();

// Of these, the ones that a process without the API has too: how it is.
std::span<const Route> statusRoutes();

}  // namespace nextjob::api
