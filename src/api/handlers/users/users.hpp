#pragma once

#include "api/route.hpp"

// The account of who asks.
namespace nextjob::api::users {

Task<Response> getMe(Call call);     // GET /users/me
Task<Response> patchMe(Call call);   // PATCH /users/me
Task<Response> deleteMe(Call call);  // DELETE /users/me

}  // namespace nextjob::api::users
