#include "auth/google/google_keys.hpp"

#include "net/http/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace nextjob::auth {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds betweenFetches = 60s;  // for keys that are not known
constexpr std::chrono::seconds betweenFailures = 5s;
constexpr std::chrono::seconds shortestLife = 60s;
constexpr std::chrono::seconds longestLife = 24h;
constexpr std::chrono::seconds usualLife = 1h;  // when the reply does not say
constexpr std::chrono::seconds staleLife = 1h;
constexpr std::chrono::milliseconds deadline = 10s;
constexpr std::size_t maximumBytes = 128U << 10;

// max-age of a Cache-Control (RFC 9111, 5.2.2.1), within our own bounds.
std::chrono::seconds lifeOf(std::string_view cacheControl) {
    constexpr std::string_view name = "max-age=";
    const auto at = cacheControl.find(name);
    if (at == std::string_view::npos) return usualLife;
    const auto text = cacheControl.substr(at + name.size());
    std::int64_t seconds = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{}) return usualLife;
    return std::clamp(std::chrono::seconds(seconds), shortestLife, longestLife);
}

}  // namespace

GoogleKeys::GoogleKeys(net::HttpClient& http, std::string url, std::function<Clock::time_point()> now)
    : http_(http), url_(std::move(url)), now_(std::move(now)) {}

Task<Result<GoogleKeys::Keys>> GoogleKeys::with(std::string id) {
    const auto strange = failure(ErrorCode::Unauthorized, "the token is signed by a key that is not Google's");
    if (id.empty()) co_return strange;
    Keys known;
    {
        const std::scoped_lock lock(mutex_);
        const auto now = now_();
        known = keys_ && keys_->has(id) ? keys_ : nullptr;
        if (known && now < fresh_) co_return known;
        if (keys_ && now < fresh_ && now < fetched_ + betweenFetches) co_return strange;
        if (known && now >= fresh_ + staleLife) known = nullptr;
        if (now < resting_) {
            if (known) co_return known;
            co_return failure(ErrorCode::Unavailable, "Google's keys can't be had just now");
        }
    }
    auto work = [this] { return fetch(); };
    auto fetched = co_await fetches_.run(0, std::move(work));
    if (!fetched && known) co_return known;
    if (!fetched) co_return std::unexpected(std::move(fetched.error()));
    if (!(*fetched)->has(id)) co_return strange;
    co_return std::move(*fetched);
}

Task<Result<GoogleKeys::Keys>> GoogleKeys::fetch() {
    net::HttpRequest request{.url = url_, .deadline = deadline, .maximumBytes = maximumBytes};
    const auto reply = co_await http_.send(std::move(request));
    co_return take(reply);
}

Result<GoogleKeys::Keys> GoogleKeys::take(const Result<net::HttpReply>& reply) {
    auto parsed = reply && reply->status == 200 ? KeySet::parse(reply->body) : failure(ErrorCode::Unavailable, "");
    const std::scoped_lock lock(mutex_);
    const auto now = now_();
    if (!parsed) {
        resting_ = now + betweenFailures;
        return failure(ErrorCode::Unavailable, "Google did not give its keys");
    }
    keys_ = std::make_shared<const KeySet>(std::move(*parsed));
    fetched_ = now;
    fresh_ = now + lifeOf(reply->header("Cache-Control"));
    return keys_;
}

}  // namespace nextjob::auth
