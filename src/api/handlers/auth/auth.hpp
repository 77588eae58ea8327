#pragma once

#include "api/route.hpp"

// Signing up, in and out.
namespace nextjob::api::auth_handlers {

Task<Response> registerUser(Call call);  // POST /auth/register
Task<Response> login(Call call);         // POST /auth/jwt/login
Task<Response> refresh(Call call);       // POST /auth/jwt/refresh
Task<Response> logout(Call call);        // POST /auth/jwt/logout

}  // namespace nextjob::api::auth_handlers
