#pragma once

#include "api/route.hpp"

namespace nextjob::api::users {

// The account of who asks.
Task<Response> getMe(Call call);     // GET /users/me
Task<Response> patchMe(Call call);   // PATCH /users/me
Task<Response> deleteMe(Call call);  // DELETE /users/me
Task<Response> exportMe(Call call);  // GET /users/me/export

// Everyone's, for superusers.
Task<Response> list(Call call);    // GET /users
Task<Response> get(Call call);     // GET /users/{id}
Task<Response> patch(Call call);   // PATCH /users/{id}
Task<Response> remove(Call call);  // DELETE /users/{id}

}  // namespace nextjob::api::users
