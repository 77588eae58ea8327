#include "auth/access_tokens.hpp"

#include "auth/random_token.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <charconv>

namespace nextjob::auth {

namespace {

constexpr std::string_view accessType = "access";

std::int64_t seconds(AccessTokens::Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

AccessTokens::AccessTokens(JwtKeys keys, std::chrono::minutes lifetime) : keys_(std::move(keys)), lifetime_(lifetime) {}

std::string AccessTokens::issue(std::int64_t userId, Clock::time_point now) const {
    return keys_.sign(fmt::format(R"({{"sub":"{}","type":"{}","iat":{},"exp":{},"jti":"{}"}})", userId, accessType,
                                  seconds(now), seconds(now + lifetime_), randomToken(16)));
}

Result<std::int64_t> AccessTokens::verify(std::string_view token, Clock::time_point now) const {
    const auto text = keys_.verify(token);
    if (!text) return std::unexpected(text.error());
    const auto refused = failure(ErrorCode::Unauthorized, "the token is not an access token in force");
    boost::json::error_code error;
    const auto claims = boost::json::parse(*text, error);
    if (error || !claims.is_object()) return refused;
    const auto* type = claims.get_object().if_contains("type");
    const auto* subject = claims.get_object().if_contains("sub");
    const auto* expiry = claims.get_object().if_contains("exp");
    if (type == nullptr || subject == nullptr || expiry == nullptr || !type->is_string() || !subject->is_string() ||
        !expiry->is_int64() || type->get_string() != accessType || expiry->get_int64() <= seconds(now))
        return refused;
    const auto& id = subject->get_string();
    std::int64_t userId = 0;
    const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), userId);
    if (failed != std::errc{} || end != id.data() + id.size() || userId <= 0) return refused;
    return userId;
}

}  // namespace nextjob::auth
