#pragma once

#include "api/handlers/users/user_view.hpp"
#include "api/http.hpp"
#include "api/services.hpp"
#include "auth/refresh_tokens.hpp"

#include <optional>

namespace nextjob::api {

// The reply that hands a client its tokens: {"access", "refresh", "token_type", "user"}.
Response tokenPair(const Services& services, const auth::RefreshTokens::Grant& grant, const User& user);

}  // namespace nextjob::api
