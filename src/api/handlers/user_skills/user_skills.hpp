#pragma once

#include "api/route.hpp"

// The skills of who asks. Every change has the user's offers judged anew.
namespace nextjob::api::user_skills {

Task<Response> list(Call call);     // GET /user_skills
Task<Response> add(Call call);      // POST /user_skills
Task<Response> replace(Call call);  // PUT /user_skills
Task<Response> clear(Call call);    // DELETE /user_skills
Task<Response> remove(Call call);   // DELETE /user_skills/{id}

Task<Response> listOfUser(Call call);     // GET /user_skills/user/{id}
Task<Response> replaceOfUser(Call call);  // PUT /user_skills/user/{id}

}  // namespace nextjob::api::user_skills
