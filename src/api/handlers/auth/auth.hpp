#pragma once

#include "api/route.hpp"

// Signing up, in and out.
namespace nextjob::api::auth_handlers {

Task<Response> registerUser(Call call);  // POST /auth/register
Task<Response> login(Call call);         // POST /auth/jwt/login
Task<Response> refresh(Call call);       // POST /auth/jwt/refresh
Task<Response> logout(Call call);        // POST /auth/jwt/logout
Task<Response> serviceToken(Call call);  // POST /auth/token

Task<Response> googleLogin(Call call);         // POST /auth/google-login
Task<Response> googleExchangeCode(Call call);  // POST /auth/google/exchange-code

Task<Response> forgotPassword(Call call);       // POST /auth/forgot-password
Task<Response> resetPassword(Call call);        // POST /auth/reset-password
Task<Response> changePassword(Call call);       // POST /auth/change-password
Task<Response> requestVerification(Call call);  // POST /auth/request-verify-token
Task<Response> verify(Call call);               // POST /auth/verify

Task<Response> listSessions(Call call);      // GET /auth/sessions
Task<Response> endSession(Call call);        // DELETE /auth/sessions/{id}
Task<Response> endOtherSessions(Call call);  // DELETE /auth/sessions

}  // namespace nextjob::api::auth_handlers
