#pragma once

#include "auth/google/key_set.hpp"
#include "model/single_flight.hpp"
#include "model/task.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace nextjob::net {
class HttpClient;
struct HttpReply;
}  // namespace nextjob::net

namespace nextjob::auth {

// Google's public keys, asked for when they are first needed and kept as long as their Cache-Control allows. A key that
// is not among them makes them be asked for anew, though not more than once a minute, whoever sends us what. When
// Google can't be asked, keys that ran out less than an hour ago still count. Shared by all threads; outlives its
// calls.
class GoogleKeys {
  public:
    using Clock = std::chrono::steady_clock;

    GoogleKeys(net::HttpClient& http, std::string url, std::function<Clock::time_point()> now = &Clock::now);

    // The keys, with the one of this id among them. Unauthorized when Google has none such, Unavailable when it can't
    // be asked.
    Task<Result<std::shared_ptr<const KeySet>>> with(std::string id);

  private:
    using Keys = std::shared_ptr<const KeySet>;

    Task<Result<Keys>> fetch();
    Result<Keys> take(const Result<net::HttpReply>& reply);

    net::HttpClient& http_;
    const std::string url_;
    const std::function<Clock::time_point()> now_;
    SingleFlight<int, Keys> fetches_;
    std::mutex mutex_;
    Keys keys_;                    // guarded by mutex_, as are the next three
    Clock::time_point fresh_{};    // until when `keys_` count without asking
    Clock::time_point fetched_{};  // when Google last gave them
    Clock::time_point resting_{};  // until when it is not asked again, since it did not answer
};

}  // namespace nextjob::auth
