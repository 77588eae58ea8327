#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/google_sign_in.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

using Token = wire::Text<1, 8192>;

// The first clients send id_token, accessToken and refreshToken, spelled so.
struct GoogleLogin {
    Token idToken, accessToken;
    std::optional<Token> refreshToken;
    std::optional<wire::Text<1, 512>> nonce;
};

bool read(const boost::json::value& value, const wire::Place& place, wire::Problems& problems, GoogleLogin& into) {
    if (!wire::isObject(value, place, problems)) return false;
    const auto take = [&](std::string_view name, auto& field, bool required) {
        const wire::Place below{&place, name, 0};
        if (const auto* found = wire::member(value, name)) return wire::read(*found, below, problems, field);
        if (required) wire::report(problems, below, "This field is required.", "missing");
        return !required;
    };
    const bool idToken = take("id_token", into.idToken, true);
    const bool access = take("accessToken", into.accessToken, true);
    const bool refresh = take("refreshToken", into.refreshToken, false);
    return take("nonce", into.nonce, false) && idToken && access && refresh;
}

}  // namespace

// The tokens were got by the app itself. Each is checked with Google: the first says who it is, the second what we may
// do, and both must be of one account and one of our clients.
Task<Response> googleLogin(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<GoogleLogin>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = googleRefused(call)) co_return std::move(*refusal);
    auth::Google& google = *call.services.google;
    auto nonce = body->nonce ? std::optional(std::move(body->nonce->value)) : std::nullopt;
    const auto identity = co_await google.idTokens.identity(std::move(body->idToken.value), std::move(nonce),
                                                            auth::IdTokens::Clock::now());
    if (!identity) co_return refuseGoogle(identity.error());
    auto grant = co_await google.oauth.inspect(std::move(body->accessToken.value));
    if (!grant) co_return refuseGoogle(grant.error());
    if (!google.oauth.options().isClient(grant->clientId) || grant->subject != identity->subject)
        co_return refuseGoogle({ErrorCode::Unauthorized, "the access token is another account's or another program's"});
    if (body->refreshToken) grant->refresh = std::move(body->refreshToken->value);
    co_return co_await takeGoogleAccount(call, *identity, std::move(*grant));
}

}  // namespace nextjob::api::auth_handlers
