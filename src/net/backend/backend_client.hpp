#pragma once

#include "model/error.hpp"
#include "model/single_flight.hpp"
#include "model/task.hpp"
#include "net/http/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace nextjob::net {

// Where our own backend is, and who we are to it. URLs are without a slash at their end.
struct BackendOptions {
    std::string baseUrl;  // BACKEND_BASE_URL
    std::string authUrl;  // SERVICE_AUTH_URL: who issues the services' tokens, mostly the same
    std::string service;  // "digest_generator"
    std::string secret;
    // Told of each call what came of it: "ok", "refused" (what was sent is wrong or no longer wanted), "unavailable".
    std::function<void(std::string_view outcome)> count{};
};

// The variable that holds a service's secret: "SERVICE_SECRET_DIGEST_GENERATOR".
std::string secretName(std::string_view service);

// A call of one of the /service routes.
struct BackendRequest {
    HttpMethod method = HttpMethod::Post;
    std::string path;  // "/service/…", with its query
    std::string body{};
    std::string type = "application/json";       // of the body
    std::chrono::milliseconds deadline{60'000};  // of one attempt
    std::size_t maximumBytes = 8U << 20;         // of the reply's body
    bool repeatable = true;                      // it may arrive twice, so that it is tried again
    std::stop_token stop{};                      // ends the call at once, as Unavailable
};

// The client of a worker that has no database: calls the backend as a service, with the token that it fetches for all
// its callers at once and renews before it ends. Shared by all threads; the HTTP client outlives it.
class BackendClient {
  public:
    BackendClient(HttpClient& http, BackendOptions options);

    // The reply's body. Errors carry the backend's own words. Invalid, NotFound, Conflict and TooLarge are about what
    // was sent; all else, a wrong secret or right among it, is Unavailable, and the message says what to mend.
    Task<Result<std::string>> call(BackendRequest request);

    // Whether the backend can work and takes this service's token; one attempt. The error says what to mend.
    Task<Result<void>> check();

    const std::string& service() const { return options_.service; }

  private:
    using Clock = std::chrono::steady_clock;

    struct Token {
        std::string text;
        Clock::time_point renewAt = Clock::time_point::max(), endsAt = Clock::time_point::max();
    };

    Task<Result<std::string>> callWithToken(BackendRequest request);
    Task<Result<std::string>> token(std::string refused);
    Task<Result<std::string>> fetchToken();
    Task<Result<HttpReply>> send(BackendRequest request, std::string token);
    Error errorOf(const HttpReply& reply, const std::string& path) const;

    HttpClient& http_;
    const BackendOptions options_;
    SingleFlight<int, std::string> fetching_;
    std::mutex mutex_;
    Token token_;                     // guarded by mutex_, as are the next two
    std::optional<Error> refused_;    // why no token is given …
    Clock::time_point askAgainAt_{};  // … and until when that is not asked again
};

}  // namespace nextjob::net
