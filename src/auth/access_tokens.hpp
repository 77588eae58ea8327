#pragma once

#include "auth/jwt.hpp"
#include "model/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::auth {

// The short-lived tokens that users' requests carry. Immutable; may be used from any thread.
class AccessTokens {
  public:
    using Clock = std::chrono::system_clock;

    AccessTokens(JwtKeys keys, std::chrono::minutes lifetime);

    std::string issue(std::int64_t userId, Clock::time_point now) const;

    // The user whom the token names. Unauthorized when it is forged, expired, or of another type.
    Result<std::int64_t> verify(std::string_view token, Clock::time_point now) const;

  private:
    JwtKeys keys_;
    std::chrono::seconds lifetime_;
};

}  // namespace nextjob::auth
