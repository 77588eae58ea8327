#pragma once

#include "api/route.hpp"

#include <optional>

namespace nextjob::api {

// Sets Request::userId and sessionId from a "Bearer" access token, or says why not.
Task<std::optional<Response>> authenticate(Call call);

}  // namespace nextjob::api
