#include "auth/google/google_oauth.hpp"

#include "net/http/http_client.hpp"
#include "net/http/retry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace nextjob::auth {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t maximumBytes = 64U << 10;
constexpr std::size_t maximumTokenBytes = 4096;
constexpr std::chrono::milliseconds deadline = 10s;
constexpr net::RetryPolicy patience{.attempts = 3, .first = 300ms, .longest = 2s, .budget = 5s};

std::string textOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// A number, or one in quotes, as tokeninfo writes it.
std::int64_t secondsOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && value->is_int64()) return value->get_int64();
    const auto text = textOf(object, name);
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return seconds;
}

Timestamp in(std::int64_t seconds) {
    return currentTime() + std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 24L * 3600));
}

std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end != 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

json::object objectOf(const std::string& body) {
    boost::system::error_code error;
    auto parsed = json::parse(body, error);
    return !error && parsed.is_object() ? std::move(parsed.get_object()) : json::object();
}

// What a reply other than 200 means. Its own words are not passed on: they may repeat what was sent.
Error refusalOf(const net::HttpReply& reply) {
    const auto error = textOf(objectOf(reply.body), "error");
    if (error == "invalid_grant" || error == "invalid_token")
        return {ErrorCode::Unauthorized,
                "Google does not take it any more: it was used, has run out, or was withdrawn"};
    if (error == "redirect_uri_mismatch")
        return {ErrorCode::Unauthorized, "Google sent the code to another address than the one given here"};
    if (error == "invalid_client" || error == "unauthorized_client")
        return {ErrorCode::Invalid,
                "Google does not know this server: GOOGLE_CLIENT_ID or GOOGLE_CLIENT_SECRET is not what the Google "
                "Cloud console has"};
    if (net::isTemporary(reply) || reply.status == 403)
        return {ErrorCode::Unavailable, fmt::format("Google answered {}", reply.status)};
    return {ErrorCode::Unauthorized, fmt::format("Google refused it with status {}", reply.status)};
}

net::HttpRequest posted(std::string url, std::string form) {
    return {.method = net::HttpMethod::Post,
            .url = std::move(url),
            .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
            .body = std::move(form),
            .deadline = deadline,
            .maximumBytes = maximumBytes};
}

bool isToken(const std::string& text) { return !text.empty() && text.size() <= maximumTokenBytes; }

}  // namespace

bool GoogleGrant::readsMail() const { return std::ranges::find(scopes, gmailScope) != scopes.end(); }

std::string GoogleOAuth::authorizationUrl(const AuthorizationRequest& request) const {
    net::HttpHeaders fields{{"client_id", options_.clientId},
                            {"redirect_uri", request.redirectUri},
                            {"response_type", "code"},
                            {"scope", fmt::format("openid email {}", gmailScope)},
                            {"access_type", "offline"},
                            {"prompt", "consent"},
                            {"state", request.state},
                            {"nonce", request.nonce},
                            {"code_challenge", request.codeChallenge},
                            {"code_challenge_method", "S256"}};
    if (!request.loginHint.empty()) fields.emplace_back("login_hint", request.loginHint);
    return fmt::format("{}/o/oauth2/v2/auth?{}", options_.accountsUrl, net::formEncoded(fields));
}

Task<Result<GoogleGrant>> GoogleOAuth::exchange(CodeExchange exchange) const {
    net::HttpHeaders fields{{"grant_type", "authorization_code"},
                            {"code", std::move(exchange.code)},
                            {"code_verifier", std::move(exchange.codeVerifier)},
                            {"redirect_uri", std::move(exchange.redirectUri)},
                            {"client_id", exchange.clientId}};
    if (exchange.clientId == options_.clientId && !options_.clientSecret.empty())
        fields.emplace_back("client_secret", options_.clientSecret);
    co_return co_await tokenRequest(net::formEncoded(fields), std::move(exchange.clientId), false);
}

Task<Result<GoogleGrant>> GoogleOAuth::refresh(std::string refreshToken, std::string clientId,
                                               std::stop_token stop) const {
    net::HttpHeaders fields{{"grant_type", "refresh_token"}, {"refresh_token", refreshToken}, {"client_id", clientId}};
    if (clientId == options_.clientId && !options_.clientSecret.empty())
        fields.emplace_back("client_secret", options_.clientSecret);
    auto grant = co_await tokenRequest(net::formEncoded(fields), std::move(clientId), true, std::move(stop));
    if (grant && grant->refresh.empty()) grant->refresh = std::move(refreshToken);
    co_return grant;
}

Task<Result<GoogleGrant>> GoogleOAuth::tokenRequest(std::string form, std::string clientId, bool repeatable,
                                                    std::stop_token stop) const {
    net::HttpRequest request = posted(options_.oauthUrl + "/token", std::move(form));
    request.stop = std::move(stop);
    Result<net::HttpReply> reply;
    if (repeatable)
        reply = co_await net::sendWithRetries(http_, std::move(request), patience);
    else
        reply = co_await http_.send(std::move(request));
    if (!reply) co_return std::unexpected(reply.error());
    if (reply->status != 200) co_return std::unexpected(refusalOf(*reply));
    const auto said = objectOf(reply->body);
    GoogleGrant grant{.access = textOf(said, "access_token"),
                      .refresh = textOf(said, "refresh_token"),
                      .idToken = textOf(said, "id_token"),
                      .expiry = in(secondsOf(said, "expires_in")),
                      .clientId = std::move(clientId),
                      .scopes = wordsOf(textOf(said, "scope"))};
    if (!isToken(grant.access) || grant.refresh.size() > maximumTokenBytes)
        co_return failure(ErrorCode::Unavailable, "Google's reply has no token");
    co_return grant;
}

Task<Result<GoogleGrant>> GoogleOAuth::inspect(std::string accessToken) const {
    net::HttpRequest request =
        posted(options_.oauthUrl + "/tokeninfo", net::formEncoded({{"access_token", accessToken}}));
    const auto reply = co_await net::sendWithRetries(http_, std::move(request), patience);
    if (!reply) co_return std::unexpected(reply.error());
    if (reply->status != 200) co_return std::unexpected(refusalOf(*reply));
    const auto said = objectOf(reply->body);
    co_return GoogleGrant{.access = std::move(accessToken),
                          .refresh = {},
                          .idToken = {},
                          .expiry = in(secondsOf(said, "expires_in")),
                          .clientId = textOf(said, "aud"),
                          .scopes = wordsOf(textOf(said, "scope")),
                          .subject = textOf(said, "sub")};
}

Task<Result<void>> GoogleOAuth::revoke(std::string token) const {
    net::HttpRequest request = posted(options_.oauthUrl + "/revoke", net::formEncoded({{"token", std::move(token)}}));
    const auto reply = co_await net::sendWithRetries(http_, std::move(request), patience);
    if (!reply) co_return std::unexpected(reply.error());
    if (reply->status == 200) co_return Result<void>{};
    auto refusal = refusalOf(*reply);
    if (refusal.code == ErrorCode::Unauthorized) co_return Result<void>{};
    co_return std::unexpected(std::move(refusal));
}

}  // namespace nextjob::auth
