#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "net/http/http_client.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

namespace nextjob::net {

// When a request that failed is worth sending again, and after what pause.
struct RetryPolicy {
    int attempts = 4;                      // in all, the first included
    std::chrono::milliseconds first{500};  // before the second attempt; doubled each time
    std::chrono::milliseconds longest{16'000};
    std::chrono::milliseconds budget{30'000};  // for all pauses together
};

// Whether the same request may do better later: no whole reply came, or one of status 408, 429, 500, 502, 503 or 504.
bool isTemporary(const Result<HttpReply>& outcome);

// What Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3); nothing when it does not say.
std::optional<std::chrono::milliseconds> retryAfter(const HttpReply& reply, std::chrono::system_clock::time_point now);

// Counts the attempts of one request. Not shared between threads.
class Retries {
  public:
    // `random` gives numbers from 0 to below 1: clients that failed together must not come back together.
    explicit Retries(const RetryPolicy& policy, std::function<double()> random = {});

    // The pause before another attempt, at least what the server asked for; nothing when no attempt or time is left.
    std::optional<std::chrono::milliseconds> next(std::optional<std::chrono::milliseconds> asked);

  private:
    RetryPolicy policy_;
    std::function<double()> random_;
    int failed_ = 0;
    std::chrono::milliseconds paused_{0};
};

// Suspends the caller for so long, or until the stop is asked for; then the caller's executor must run one thing at a
// time.
Task<> pause(std::chrono::milliseconds length, std::stop_token stop = {});

// Sends until the outcome is not temporary, the policy is used up or the request's stop is asked for; the last outcome.
// Only for requests that may arrive twice.
Task<Result<HttpReply>> sendWithRetries(HttpClient& client, HttpRequest request, RetryPolicy policy);

}  // namespace nextjob::net
