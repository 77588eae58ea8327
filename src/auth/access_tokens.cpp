#include "auth/access_tokens.hpp"

#include "auth/claims.hpp"
#include "auth/random_token.hpp"

#include <fmt/format.h>

namespace nextjob::auth {

namespace {

constexpr std::string_view accessType = "access";

}  // namespace

AccessTokens::AccessTokens(JwtKeys keys, std::chrono::minutes lifetime) : keys_(std::move(keys)), lifetime_(lifetime) {}

std::string AccessTokens::issue(AccessClaims claims, Clock::time_point now) const {
    return keys_.sign(fmt::format(R"({{"sub":"{}","sid":{},"type":"{}","iat":{},"exp":{},"jti":"{}"}})", claims.user,
                                  claims.session, accessType, secondsOf(now), secondsOf(now + lifetime_),
                                  randomToken(16)));
}

Result<AccessClaims> AccessTokens::verify(std::string_view token, Clock::time_point now) const {
    const auto claims = verifyClaims(keys_, accessType, token, now);
    if (!claims) return std::unexpected(claims.error());
    const auto user = claims->subject();
    const auto session = claims->number("sid");
    if (!user || !session) return failure(ErrorCode::Unauthorized, "the token is not an access token");
    return AccessClaims{*user, *session};
}

}  // namespace nextjob::auth
