#include "auth/access_tokens.hpp"

#include "auth/random_token.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace nextjob::auth {

namespace {

constexpr std::string_view accessType = "access";

std::int64_t seconds(AccessTokens::Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::optional<std::int64_t> numberOf(const boost::json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

// The user's id, which JWT wants as a string.
std::optional<UserId> subjectOf(const boost::json::object& claims) {
    const auto* subject = claims.if_contains("sub");
    if (subject == nullptr || !subject->is_string()) return {};
    const auto& text = subject->get_string();
    UserId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) return {};
    return id;
}

}  // namespace

AccessTokens::AccessTokens(JwtKeys keys, std::chrono::minutes lifetime) : keys_(std::move(keys)), lifetime_(lifetime) {}

std::string AccessTokens::issue(AccessClaims claims, Clock::time_point now) const {
    return keys_.sign(fmt::format(R"({{"sub":"{}","sid":{},"type":"{}","iat":{},"exp":{},"jti":"{}"}})", claims.user,
                                  claims.session, accessType, seconds(now), seconds(now + lifetime_), randomToken(16)));
}

Result<AccessClaims> AccessTokens::verify(std::string_view token, Clock::time_point now) const {
    const auto text = keys_.verify(token);
    if (!text) return std::unexpected(text.error());
    const auto refused = failure(ErrorCode::Unauthorized, "the token is not an access token in force");
    boost::json::error_code error;
    const auto claims = boost::json::parse(*text, error);
    if (error || !claims.is_object()) return refused;
    const auto& object = claims.get_object();
    const auto expiry = numberOf(object, "exp");
    const auto session = numberOf(object, "sid");
    const auto user = subjectOf(object);
    const auto* type = object.if_contains("type");
    if (type == nullptr || !type->is_string() || type->get_string() != accessType || !user || !session || !expiry
        || *expiry <= seconds(now))
        return refused;
    return AccessClaims{*user, *session};
}

}  // namespace nextjob::auth
