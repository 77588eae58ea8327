#include "net/http/retry.hpp"

#include "model/run_task.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <stop_token>
#include <thread>

namespace nextjob::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const auto lowest = [] { return 0.0; };

HttpReply said(int status, const std::string& retryAfter = "") {
    HttpReply reply{.status = status};
    if (!retryAfter.empty()) reply.headers.emplace_back("retry-after", retryAfter);
    return reply;
}

TEST(IsTemporary, IsWhatMayGoBetterLater) {
    for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(isTemporary(said(status))) << status;
    for (const int status : {200, 301, 400, 401, 403, 404, 410, 501}) EXPECT_FALSE(isTemporary(said(status))) << status;
    EXPECT_TRUE(isTemporary(failure(ErrorCode::Unavailable, "")));
    EXPECT_FALSE(isTemporary(failure(ErrorCode::TooLarge, "")));
    EXPECT_FALSE(isTemporary(failure(ErrorCode::Invalid, "")));
}

TEST(RetryAfter, IsInSecondsOrADate) {
    const auto now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h;
    EXPECT_EQ(retryAfter(said(429, "7"), now), 7s);
    EXPECT_EQ(retryAfter(said(429, "Mon, 02 Mar 2026 08:00:30 GMT"), now), 30s);
    EXPECT_EQ(retryAfter(said(429, "Mon, 02 Mar 2026 07:00:00 GMT"), now), 0s) << "in the past";
    EXPECT_EQ(retryAfter(said(429, "99999999999999999999999"), now), 24h);
    EXPECT_EQ(retryAfter(said(429, "-5"), now), 0s);
    EXPECT_EQ(retryAfter(said(429), now), std::nullopt);
    EXPECT_EQ(retryAfter(said(429, "soon"), now), std::nullopt);
}

TEST(Retries, PausesGrowAndEnd) {
    Retries retries({.attempts = 5, .first = 100ms, .longest = 300ms, .budget = 10s}, lowest);
    EXPECT_EQ(retries.next({}), 50ms);
    EXPECT_EQ(retries.next({}), 100ms);
    EXPECT_EQ(retries.next({}), 150ms) << "the longest";
    EXPECT_EQ(retries.next({}), 150ms);
    EXPECT_EQ(retries.next({}), std::nullopt) << "five attempts";
}

TEST(Retries, AreSpreadByChance) {
    Retries retries({.first = 1000ms}, [] { return 0.5; });
    EXPECT_EQ(retries.next({}), 750ms);
}

TEST(Retries, NeverComeBeforeTheServerAsked) {
    Retries retries({.attempts = 9, .first = 100ms, .longest = 1s, .budget = 10s}, lowest);
    EXPECT_GE(*retries.next(5s), 5s);
    EXPECT_EQ(retries.next(6s), std::nullopt) << "over the budget";
}

// Answers with what it was told.
class Scripted final : public HttpClient {
  public:
    Task<Result<HttpReply>> send(HttpRequest request) override {
        urls.push_back(std::move(request.url));
        auto next = std::move(replies.front());
        replies.pop_front();
        co_return next;
    }

    std::deque<Result<HttpReply>> replies;
    std::vector<std::string> urls;
};

TEST(SendWithRetries, TriesUntilItGoesWellOrForGoodWrong) {
    const RetryPolicy quick{.attempts = 4, .first = 1ms, .longest = 1ms};
    Scripted server;
    server.replies = {said(503), failure(ErrorCode::Unavailable, "cut"), said(200)};
    EXPECT_EQ(runTask(sendWithRetries(server, {.url = "u"}, quick))->status, 200);
    EXPECT_THAT(server.urls, testing::ElementsAre("u", "u", "u"));
    server.replies = {said(429), said(404)};
    EXPECT_EQ(runTask(sendWithRetries(server, {.url = "u"}, quick))->status, 404);
    server.replies = {said(500), said(500), said(500), said(502)};
    EXPECT_EQ(runTask(sendWithRetries(server, {.url = "u"}, quick))->status, 502) << "the last one";
    server.replies = {said(429, "3600")};
    EXPECT_EQ(runTask(sendWithRetries(server, {.url = "u"}, quick))->status, 429) << "too long to wait for";
}

TEST(SendWithRetries, AStopEndsThePause) {
    std::stop_source stop;
    Scripted server;
    server.replies = {said(503)};
    boost::asio::io_context loop;
    int status = 0;
    boost::asio::co_spawn(
        loop,
        sendWithRetries(server, {.url = "u", .stop = stop.get_token()}, {.first = 1h, .longest = 1h, .budget = 9h}),
        [&](const std::exception_ptr&, const Result<HttpReply>& reply) { status = reply->status; });
    while (server.urls.empty()) loop.run_one();
    std::jthread stopping([&] { stop.request_stop(); });
    loop.run();
    EXPECT_EQ(status, 503) << "the last outcome";
}

}  // namespace
}  // namespace nextjob::net
