#pragma once

#include "api/handlers/users/user_view.hpp"
#include "api/route.hpp"
#include "api/services.hpp"
#include "auth/refresh_tokens.hpp"

#include <string>

namespace nextjob::api {

// What a session is called in its user's list: the beginning of what the client says of itself.
std::string deviceOf(const Request& request);

// The reply that hands a client its tokens: {"access", "refresh", "token_type", "user"}.
Response tokenPair(const Services& services, const auth::RefreshTokens::Grant& grant, const User& user);

}  // namespace nextjob::api
