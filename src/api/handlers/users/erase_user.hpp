#pragma once

#include "api/http.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

namespace nextjob::api {

struct Services;

// Erases a user with all that is theirs, in the store and in the spool: 204, or why not.
Task<Response> eraseUser(Services* services, UserId user);

}  // namespace nextjob::api
