#include "auth/google/id_tokens.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace nextjob::auth {

namespace {

constexpr std::chrono::seconds skew{60};  // by which Google's clock and ours may differ
constexpr std::size_t maximumSubject = 255;
constexpr std::size_t maximumEmail = 254;
constexpr std::size_t maximumName = 200;

std::unexpected<Error> refused(const char* why) { return failure(ErrorCode::Unauthorized, why); }

Result<TokenClaims> read(const std::string& text) {
    boost::system::error_code error;
    auto parsed = boost::json::parse(text, error);
    if (error || !parsed.is_object()) return refused("the token says nothing");
    return TokenClaims(std::move(parsed.get_object()));
}

bool isOwned(std::string_view email, const TokenClaims& claims) {
    const auto at = email.rfind('@');
    const auto domain = at == std::string_view::npos ? std::string_view{} : email.substr(at + 1);
    return domain == "gmail.com" || domain == "googlemail.com" || !claims.text("hd").value_or("").empty();
}

}  // namespace

Task<Result<TokenClaims>> IdTokens::claims(std::string token, std::vector<std::string> audiences,
                                           Clock::time_point now) {
    const auto keys = co_await keys_.with(keyIdOf(token));
    if (!keys) co_return std::unexpected(keys.error());
    const auto text = (*keys)->verify(token);
    if (!text) co_return std::unexpected(text.error());
    auto claims = read(*text);
    if (!claims) co_return claims;
    const auto issuer = claims->text("iss");
    if (issuer != "https://accounts.google.com" && issuer != "accounts.google.com")
        co_return refused("the token is not of Google's making");
    if (std::ranges::find(audiences, claims->text("aud").value_or("")) == audiences.end())
        co_return refused("the token was made for another program");
    const auto expiry = claims->number("exp");
    const auto issued = claims->number("iat");
    if (!expiry || *expiry <= secondsOf(now - skew)) co_return refused("the token has run out");
    if (!issued || *issued > secondsOf(now + skew))
        co_return refused("the token is from the future: set this machine's clock");
    co_return claims;
}

Task<Result<GoogleIdentity>> IdTokens::identity(std::string token, std::optional<std::string> nonce,
                                                Clock::time_point now) {
    std::vector<std::string> ours = options_.otherClientIds;
    ours.push_back(options_.clientId);
    const auto said = co_await claims(std::move(token), std::move(ours), now);
    if (!said) co_return std::unexpected(said.error());
    if (const auto party = said->text("azp"); party && !options_.isClient(*party))
        co_return refused("the token was given to another program");
    if (said->text("nonce") != nonce) co_return refused("the token is not of this sign-in: its nonce is another");
    GoogleIdentity identity{.subject = said->text("sub").value_or(""),
                            .email = said->text("email").value_or(""),
                            .name = said->text("name").value_or("")};
    if (identity.subject.empty() || identity.subject.size() > maximumSubject)
        co_return refused("the token does not say whose it is");
    if (identity.email.empty() || identity.email.size() > maximumEmail)
        co_return refused("the token has no e-mail address");
    if (said->flag("email_verified") != true)
        co_return refused("Google has not confirmed the e-mail address of this account");
    if (identity.name.size() > maximumName) identity.name.clear();
    std::ranges::transform(identity.email, identity.email.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    identity.owned = isOwned(identity.email, *said);
    co_return identity;
}

}  // namespace nextjob::auth
