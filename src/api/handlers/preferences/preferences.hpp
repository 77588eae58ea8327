#pragma once

#include "api/route.hpp"

// What who asks wants of a job. Every change has the user's offers judged anew.
namespace nextjob::api::preferences {

Task<Response> get(Call call);      // GET /preferences
Task<Response> replace(Call call);  // PUT /preferences
Task<Response> change(Call call);   // PATCH /preferences

}  // namespace nextjob::api::preferences
