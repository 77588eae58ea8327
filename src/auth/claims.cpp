#include "auth/claims.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace nextjob::auth {

std::optional<std::string> TokenClaims::text(std::string_view name) const {
    const auto* value = claims_.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<std::int64_t> TokenClaims::number(std::string_view name) const {
    const auto* value = claims_.if_contains(name);
    return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::optional<bool> TokenClaims::flag(std::string_view name) const {
    const auto* value = claims_.if_contains(name);
    return value != nullptr && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

std::optional<UserId> TokenClaims::subject() const {
    const auto said = text("sub");
    if (!said) return std::nullopt;
    UserId id = 0;
    const auto [end, error] = std::from_chars(said->data(), said->data() + said->size(), id);
    if (error != std::errc{} || end != said->data() + said->size() || id <= 0) return std::nullopt;
    return id;
}

std::int64_t secondsOf(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Result<TokenClaims> verifyClaims(const JwtKeys& keys, std::string_view type, std::string_view token,
                                 std::chrono::system_clock::time_point now) {
    const auto text = keys.verify(token);
    if (!text) return std::unexpected(text.error());
    const auto refused = failure(ErrorCode::Unauthorized, "the token is of another kind or has run out");
    boost::json::error_code error;
    auto parsed = boost::json::parse(*text, error);
    if (error || !parsed.is_object()) return refused;
    TokenClaims claims(std::move(parsed.get_object()));
    const auto expiry = claims.number("exp");
    if (claims.text("type") != type || !expiry || *expiry <= secondsOf(now)) return refused;
    return claims;
}

}  // namespace nextjob::auth
