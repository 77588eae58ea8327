#pragma once

#include "auth/jwt.hpp"
#include "model/error.hpp"
#include "model/session.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace nextjob::auth {

// What an access token says.
struct AccessClaims {
    UserId user = 0;
    SessionId session = 0;  // the sign-in that it stems from
};

// The short-lived tokens that users' requests carry. Immutable; may be used from any thread.
class AccessTokens {
  public:
    using Clock = std::chrono::system_clock;

    AccessTokens(JwtKeys keys, std::chrono::minutes lifetime);

    std::string issue(AccessClaims claims, Clock::time_point now) const;

    // What a token in force says. Unauthorized when it is forged, expired, or of another type.
    Result<AccessClaims> verify(std::string_view token, Clock::time_point now) const;

  private:
    JwtKeys keys_;
    std::chrono::seconds lifetime_;
};

}  // namespace nextjob::auth
