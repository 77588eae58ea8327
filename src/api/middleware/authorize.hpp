#pragma once

#include "api/route.hpp"

#include <optional>

namespace nextjob::api {

// Who calls, as the route wants to know it, noted in the request; or why they may not.
// `services` may be null for routes that do not need them.
Task<std::optional<Response>> authorize(FrontCall call, Services* services, const Route* route);

}  // namespace nextjob::api
