#pragma once

#include "api/http_options.hpp"
#include "app/config.hpp"
#include "app/roles.hpp"

#include <spdlog/fwd.h>

#include <cstdint>

namespace nextjob::app {

// How this process is reached over HTTP, as the environment says.
api::HttpOptions httpOptions(const Config& config);

// Says that the process has started and where it listens: to a person on standard output, and in the log.
void tellStarted(const Config& config, const Roles& roles, std::uint16_t port, spdlog::logger& log);

}  // namespace nextjob::app
