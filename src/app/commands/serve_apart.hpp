#pragma once

#include "app/config.hpp"
#include "app/roles.hpp"
#include "model/error.hpp"

namespace nextjob::app {

// `nextjob serve` without the api role where BACKEND_BASE_URL is set: workers that have no database, and call the
// backend over /service with the token of gmail_service (ingest) or digest_generator (analyse). Runs until SIGTERM or
// SIGINT. Invalid when a setting is missing; Unavailable when the Redis server of REDIS_URL is not there.
Result<void> serveApart(const Config& config, const Roles& roles);

}  // namespace nextjob::app
