#pragma once

#include "api/route.hpp"

// Files of mail that users send.
namespace nextjob::api::imports {

Task<Response> create(Call call);  // POST /import
Task<Response> get(Call call);     // GET /import/{id}
Task<Response> list(Call call);    // GET /imports

}  // namespace nextjob::api::imports
