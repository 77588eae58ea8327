#pragma once

#include "auth/jwt.hpp"
#include "model/error.hpp"
#include "model/user.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace nextjob::auth {

// What a link in a mail of ours lets its reader do.
enum class LinkPurpose : std::uint8_t { VerifyEmail, ResetPassword };

// The signed tokens in such links: good for one user, one purpose, a limited time, and as long as what they were made
// for is as it was. Nothing of them is stored. Immutable; may be used from any thread.
class LinkTokens {
  public:
    using Clock = std::chrono::system_clock;

    struct Claims {
        UserId user = 0;
        std::string state;  // the fingerprint of the state; see `isFor`
    };

    explicit LinkTokens(JwtKeys keys) : keys_(std::move(keys)) {}

    // `state` is what the deed changes, so that a second use finds another one: the address, or the password's hash.
    std::string issue(LinkPurpose purpose, UserId user, std::string_view state, Clock::time_point now) const;

    // Unauthorized when it is forged, expired or for another purpose. Whether the state still holds is left to `isFor`.
    Result<Claims> verify(LinkPurpose purpose, std::string_view token, Clock::time_point now) const;

    static bool isFor(const Claims& claims, std::string_view state);

  private:
    JwtKeys keys_;
};

}  // namespace nextjob::auth
