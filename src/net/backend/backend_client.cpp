#include "net/backend/backend_client.hpp"

#include "net/http/retry.hpp"

#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace nextjob::net {

namespace json = boost::json;

namespace {

// The caller itself tries again later; here only what passes quickly.
constexpr RetryPolicy retries{.attempts = 3,
                              .first = std::chrono::milliseconds(200),
                              .longest = std::chrono::milliseconds(2'000),
                              .budget = std::chrono::milliseconds(5'000)};
constexpr RetryPolicy noRetries{.attempts = 1};
constexpr std::chrono::milliseconds tokenDeadline{15'000};
constexpr std::chrono::milliseconds checkDeadline{5'000};  // whoever asks whether all is well does not wait for long
constexpr std::size_t mostTokenBytes = 64U << 10;
constexpr std::size_t mostDetailBytes = 500;
constexpr std::chrono::seconds pauseAfterRefusal{10};  // a wrong secret does not get better by asking

std::string hostOf(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed ? std::string(parsed->encoded_host_and_port()) : url;
}

json::value parsed(std::string_view text) {
    json::error_code error;
    json::value value = json::parse(text, error);
    return error ? json::value() : value;
}

// One problem of a 422: "body.messages.0.user_id: Send a whole number here."
std::string sentenceOf(const json::value& problem) {
    std::string place, said;
    if (!problem.is_object()) return {};
    if (const auto* loc = problem.get_object().if_contains("loc"); loc != nullptr && loc->is_array())
        for (const auto& part : loc->get_array()) {
            place += place.empty() ? "" : ".";
            place += part.is_string() ? std::string(part.get_string()) : json::serialize(part);
        }
    if (const auto* msg = problem.get_object().if_contains("msg"); msg != nullptr && msg->is_string())
        said = std::string(msg->get_string());
    return fmt::format("{}: {}", place, said);
}

// What a refusal says, in one line; "" when it is none of our API's.
std::string detailOf(std::string_view body) {
    const json::value value = parsed(body);
    const auto* detail = value.is_object() ? value.get_object().if_contains("detail") : nullptr;
    std::string said;
    if (detail != nullptr && detail->is_string()) said = std::string(detail->get_string());
    if (detail != nullptr && detail->is_array())
        for (const auto& problem : detail->get_array()) {
            if (said.size() > mostDetailBytes) break;
            said += (said.empty() ? "" : "; ") + sentenceOf(problem);
        }
    return said.substr(0, mostDetailBytes);
}

// How long a token is good from its issue on, as it says itself; nothing when it does not. Not checked: it is for the
// backend, which does.
std::optional<std::chrono::seconds> lifetimeOf(std::string_view token) {
    const auto begin = token.find('.');
    const auto end = token.find('.', begin == std::string_view::npos ? begin : begin + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const auto part = token.substr(begin + 1, end - begin - 1);
    std::string claims(part.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(claims.data()),  // NOLINT: libsodium's bytes
                          claims.size(), part.data(), part.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        != 0)
        return std::nullopt;
    claims.resize(size);
    const json::value value = parsed(claims);
    if (!value.is_object()) return std::nullopt;
    const auto* issued = value.get_object().if_contains("iat");
    const auto* ends = value.get_object().if_contains("exp");
    if (issued == nullptr || ends == nullptr || !issued->is_int64() || !ends->is_int64()) return std::nullopt;
    constexpr std::int64_t longest = 86'400;
    return std::chrono::seconds(std::clamp<std::int64_t>(ends->get_int64() - issued->get_int64(), 0, longest));
}

std::string_view outcomeOf(const Result<std::string>& outcome) {
    if (outcome) return "ok";
    return outcome.error().code == ErrorCode::Unavailable ? "unavailable" : "refused";
}

}  // namespace

std::string secretName(std::string_view service) {
    std::string name = "SERVICE_SECRET_";
    for (const char c : service) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

BackendClient::BackendClient(HttpClient& http, BackendOptions options) : http_(http), options_(std::move(options)) {}

Task<Result<std::string>> BackendClient::call(BackendRequest request) {
    auto outcome = co_await callWithToken(std::move(request));
    if (options_.count) options_.count(outcomeOf(outcome));
    co_return outcome;
}

Task<Result<std::string>> BackendClient::callWithToken(BackendRequest request) {
    std::string refused;
    while (true) {
        auto bearer = co_await token(refused);
        if (!bearer) co_return std::unexpected(std::move(bearer.error()));
        auto reply = co_await send(request, *bearer);
        if (!reply) {
            if (reply.error().code == ErrorCode::Unavailable)
                reply.error().message = fmt::format("the backend can't be asked: {}", reply.error().message);
            co_return std::unexpected(std::move(reply.error()));
        }
        if (reply->status >= 200 && reply->status < 300) co_return std::move(reply->body);
        if (reply->status != 401 || !refused.empty()) co_return std::unexpected(errorOf(*reply, request.path));
        refused = std::move(*bearer);  // it has ended, or the backend has another key: one more with a new one
    }
}

Task<Result<HttpReply>> BackendClient::send(BackendRequest request, std::string token) {
    HttpRequest sent;
    sent.method = request.method;
    sent.url = options_.baseUrl + request.path;
    sent.headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/json, application/octet-stream"}};
    if (request.method == HttpMethod::Post) sent.headers.emplace_back("Content-Type", request.type);
    sent.body = std::move(request.body);
    sent.deadline = request.deadline;
    sent.maximumBytes = request.maximumBytes;
    sent.stop = request.stop;
    co_return co_await sendWithRetries(http_, std::move(sent), request.repeatable ? retries : noRetries);
}

// A token that is not `refused`. One that is about to end is replaced; while that fails, it still does.
Task<Result<std::string>> BackendClient::token(std::string refused) {
    std::string present;
    {
        const std::scoped_lock lock(mutex_);
        const auto now = Clock::now();
        const bool good = !token_.text.empty() && token_.text != refused && now < token_.endsAt;
        if (good && now < token_.renewAt) co_return token_.text;
        if (good) present = token_.text;
    }
    auto work = [this] { return fetchToken(); };
    auto fetched = co_await fetching_.run(0, std::move(work));
    if (!fetched && !present.empty()) co_return present;
    co_return fetched;
}

Task<Result<std::string>> BackendClient::fetchToken() {
    {
        const std::scoped_lock lock(mutex_);
        if (refused_ && Clock::now() < askAgainAt_) co_return std::unexpected(*refused_);
    }
    HttpRequest request;
    request.method = HttpMethod::Post;
    request.url = options_.authUrl + "/auth/token";
    request.headers = {{"Content-Type", "application/json"}};
    request.body =
        json::serialize(json::object{{"service_name", options_.service}, {"service_secret", options_.secret}});
    request.deadline = tokenDeadline;
    request.maximumBytes = mostTokenBytes;
    const auto asked = Clock::now();
    const auto reply = co_await sendWithRetries(http_, std::move(request), retries);
    if (!reply)
        co_return failure(ErrorCode::Unavailable,
                          fmt::format("no token for {} can be had: {}", options_.service, reply.error().message));
    const json::value value = parsed(reply->body);
    const auto* text = value.is_object() ? value.get_object().if_contains("access_token") : nullptr;
    const std::scoped_lock lock(mutex_);
    refused_.reset();
    if (reply->status != 200 || text == nullptr || !text->is_string()) {
        const std::string said = detailOf(reply->body);
        Error error{ErrorCode::Unavailable,
                    fmt::format("{} gives {} no token: it answered {}{}{}", hostOf(options_.authUrl), options_.service,
                                reply->status, said.empty() ? "" : ", ", said)};
        if (reply->status == 401)
            error.message = fmt::format("{} refuses the secret of {}: set {} to the same value here and there",
                                        hostOf(options_.authUrl), options_.service, secretName(options_.service));
        refused_ = error;
        askAgainAt_ = Clock::now() + pauseAfterRefusal;
        co_return std::unexpected(std::move(error));
    }
    token_ = {.text = std::string(text->get_string())};
    if (const auto lifetime = lifetimeOf(token_.text)) {
        token_.endsAt = asked + *lifetime;
        token_.renewAt = asked + *lifetime * 4 / 5;
    }
    co_return token_.text;
}

Error BackendClient::errorOf(const HttpReply& reply, const std::string& path) const {
    const std::string said = detailOf(reply.body);
    const std::string where = hostOf(options_.baseUrl);
    if (said == "Invalid host header")
        return {ErrorCode::Unavailable, fmt::format("the backend does not take the name {}: add it to ALLOWED_HOSTS "
                                                    "there",
                                                    where)};
    switch (reply.status) {
        case 400:
        case 415:
        case 422: return {ErrorCode::Invalid, said};
        case 404: return {ErrorCode::NotFound, said};
        case 409: return {ErrorCode::Conflict, said};
        case 413: return {ErrorCode::TooLarge, said.empty() ? fmt::format("{} takes less at once", where) : said};
        case 401:
            return {ErrorCode::Unavailable,
                    fmt::format("the backend at {} refuses a new token of {}: both must have the same "
                                "SERVICE_JWT_SECRET",
                                where, hostOf(options_.authUrl))};
        case 403:
            return {ErrorCode::Unavailable, fmt::format("the backend at {} does not let {} call {}: run the same "
                                                        "version of nextjob here and there",
                                                        where, options_.service, path.substr(0, path.find('?')))};
        default: break;
    }
    if (reply.status >= 300 && reply.status < 400)
        return {ErrorCode::Unavailable,
                fmt::format("{} answered {}: set BACKEND_BASE_URL to where it leads", where, reply.status)};
    return {ErrorCode::Unavailable,
            fmt::format("the backend at {} answered {}{}{}", where, reply.status, said.empty() ? "" : ": ", said)};
}

Task<Result<void>> BackendClient::check() {
    BackendRequest request;
    request.method = HttpMethod::Get;
    request.path = "/service/ready";
    request.deadline = checkDeadline;
    request.repeatable = false;
    const auto ready = co_await call(std::move(request));
    if (!ready) co_return std::unexpected(ready.error());
    co_return Result<void>{};
}

}  // namespace nextjob::net
