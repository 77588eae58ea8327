#pragma once

#include "api/route.hpp"

// What the server says of itself.
namespace nextjob::api::system_handlers {

Task<Response> home(Call call);    // GET /
Task<Response> health(Call call);  // GET /health
Task<Response> ready(Call call);   // GET /ready

}  // namespace nextjob::api::system_handlers
