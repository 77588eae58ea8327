#pragma once

#include "auth/jwt.hpp"
#include "model/error.hpp"
#include "model/user.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::auth {

// The claims of a token (RFC 7519), its members read with a check of their types.
class TokenClaims {
  public:
    explicit TokenClaims(boost::json::object claims) : claims_(std::move(claims)) {}

    std::optional<std::string> text(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;
    std::optional<bool> flag(std::string_view name) const;
    // The user's id, which JWT wants as a string.
    std::optional<UserId> subject() const;

  private:
    boost::json::object claims_;
};

std::int64_t secondsOf(std::chrono::system_clock::time_point time);

// What a token of this "type" in force says. Unauthorized when it is forged, expired or of another type.
Result<TokenClaims> verifyClaims(const JwtKeys& keys, std::string_view type, std::string_view token,
                                 std::chrono::system_clock::time_point now);

}  // namespace nextjob::auth
