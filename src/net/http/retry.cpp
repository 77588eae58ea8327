#include "net/http/retry.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <utility>

namespace nextjob::net {

namespace {

constexpr std::chrono::seconds longestAsked{24 * 3600};  // more is taken for this

double drawn() {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

bool isTemporary(const Result<HttpReply>& outcome) {
    if (!outcome) return outcome.error().code == ErrorCode::Unavailable;
    switch (outcome->status) {
        case 408:
        case 429:
        case 500:
        case 502:
        case 503:
        case 504: return true;
        default: return false;
    }
}

std::optional<std::chrono::milliseconds> retryAfter(const HttpReply& reply, std::chrono::system_clock::time_point now) {
    const auto text = reply.header("Retry-After");
    if (text.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range) return longestAsked;
    if (error != std::errc{} || end != text.data() + text.size()) {
        const auto date = curl_getdate(std::string(text).c_str(), nullptr);
        if (date < 0) return std::nullopt;
        seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::from_time_t(date) - now).count();
    }
    return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), longestAsked);
}

Retries::Retries(const RetryPolicy& policy, std::function<double()> random)
    : policy_(policy), random_(random ? std::move(random) : drawn) {}

std::optional<std::chrono::milliseconds> Retries::next(std::optional<std::chrono::milliseconds> asked) {
    if (++failed_ >= policy_.attempts) return std::nullopt;
    const auto doubled = policy_.first * (std::int64_t{1} << std::min(failed_ - 1, 20));
    const auto most = std::min<std::chrono::milliseconds>(doubled, policy_.longest);
    // Half of it stays, half is drawn.
    const auto own = std::chrono::milliseconds(std::llround(static_cast<double>(most.count()) * (0.5 + random_() / 2)));
    const auto length = asked ? *asked + own / 4 : own;
    if (paused_ + length > policy_.budget) return std::nullopt;
    paused_ += length;
    return length;
}

Task<> pause(std::chrono::milliseconds length, std::stop_token stop) {
    const auto executor = co_await boost::asio::this_coro::executor;
    // Shared, because the word to end it may arrive when it is over.
    const auto timer = std::make_shared<boost::asio::steady_timer>(executor, length);
    const std::stop_callback wake(std::move(stop), [timer, executor] {
        boost::asio::post(executor, [timer] { timer->cancel(); });  // where the timer is used
    });
    boost::system::error_code cancelled;
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

Task<Result<HttpReply>> sendWithRetries(HttpClient& client, HttpRequest request, RetryPolicy policy) {
    Retries retries(policy);
    while (true) {
        auto outcome = co_await client.send(request);
        if (!isTemporary(outcome)) co_return outcome;
        const auto asked = outcome ? retryAfter(*outcome, std::chrono::system_clock::now()) : std::nullopt;
        const auto length = retries.next(asked);
        if (!length) co_return outcome;
        co_await pause(*length, request.stop);
        if (request.stop.stop_requested()) co_return outcome;
    }
}

}  // namespace nextjob::net
