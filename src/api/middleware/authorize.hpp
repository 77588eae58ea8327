#pragma once

#include "api/route.hpp"

#include <optional>

namespace nextjob::api {

// Who calls, as the route wants to know it, noted in the request; or why they may not.
Task<std::optional<Response>> authorize(Call call, const Route* route);

}  // namespace nextjob::api
