#pragma once

#include "api/route.hpp"

// The catalogue of skills.
namespace nextjob::api::skills {

Task<Response> list(Call call);  // GET /skills

}  // namespace nextjob::api::skills
