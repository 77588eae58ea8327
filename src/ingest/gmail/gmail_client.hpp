#pragma once

#include "ingest/gmail/gmail_quota.hpp"
#include "ingest/gmail/gmail_types.hpp"
#include "model/error.hpp"
#include "model/task.hpp"
#include "model/user.hpp"
#include "net/http/http_client.hpp"
#include "net/http/retry.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::ingest {

// Gives an access token for a user's mailbox, another than `refused`. Unauthorized or NotFound when the user must
// connect it (again). Ends soon after the stop.
using GmailTokens = std::function<Task<Result<std::string>>(UserId user, std::string refused, std::stop_token stop)>;

struct GmailClientOptions {
    std::string url = "https://gmail.googleapis.com";
    net::RetryPolicy patience{.attempts = 4,
                              .first = std::chrono::milliseconds(500),
                              .longest = std::chrono::seconds(8),
                              .budget = std::chrono::seconds(20)};
    std::chrono::milliseconds deadline{60'000};  // of one request
    std::size_t maximumBytes = 45U << 20;        // of a reply: one message of Gmail's greatest size, in base64
    // Told of each request: what it asks for ("history"), and what came of it ("ok", "temporary").
    std::function<void(std::string_view call, std::string_view outcome)> count{};
};

// The calls to the Gmail API that reading a mailbox takes. Each is kept within the user's quota, tried again as the
// policy says (all of them may arrive twice), and once with a new token when Gmail refuses the one it has; what is left
// then is the error. Shared by all threads; outlives its calls.
class GmailClient {
  public:
    static constexpr std::size_t mostInBatch = 100;
    static constexpr std::size_t goodInBatch = 50;  // more at once makes Google answer 429

    GmailClient(net::HttpClient& http, GmailTokens tokens, GmailClientOptions options = {})
        : http_(http), tokens_(std::move(tokens)), options_(std::move(options)) {}

    Task<GmailResult<GmailProfile>> profile(UserId user);

    // A page of what a search finds ("" finds all); `pageToken` is "" for the first.
    Task<GmailResult<GmailIds>> list(UserId user, std::string query, std::string pageToken);

    // A page of what came after a history id. HistoryExpired when it is too old.
    Task<GmailResult<GmailHistory>> history(UserId user, HistoryId since, std::string pageToken);

    // Gone when it was deleted meanwhile.
    Task<GmailResult<GmailMessage>> message(UserId user, std::string id);

    // Up to mostInBatch messages at once, each in the place of its id, or why it could not be had. An error of the
    // whole only where nothing can be had.
    Task<GmailResult<std::vector<GmailResult<GmailMessage>>>> messages(UserId user, std::vector<std::string> ids);

    // Asks for a push to the topic ("projects/P/topics/T") at each change of the inbox, for some days.
    Task<GmailResult<GmailWatch>> watch(UserId user, std::string topic);
    Task<GmailResult<void>> stop(UserId user);

    // What is under way ends at once as Stopped, as does all that begins later. From any thread.
    void breakOff() { stop_.request_stop(); }
    // Tells others who work for the same run.
    std::stop_token stopToken() const { return stop_.get_token(); }

    GmailQuota& quota() { return quota_; }

  private:
    struct Ask {
        const char* name;
        int units;
        net::HttpMethod method;
        std::string path;
        GmailFault missing = GmailFault::Permanent;  // what 404 means
        std::string contentType{};
        std::string body{};
        std::string refused{};        // a token that is no good
        std::string* used = nullptr;  // where to say which token it was sent with
    };
    struct Batch;

    using Some = std::vector<GmailResult<GmailMessage>>;

    Task<GmailResult<net::HttpReply>> call(UserId user, Ask ask);
    Task<GmailResult<void>> fetchGroup(Batch* batch, std::vector<std::size_t> group);
    GmailError giveUp(UserId user, GmailError error);
    void count(const Ask& ask, std::string_view outcome) const;

    net::HttpClient& http_;
    const GmailTokens tokens_;
    const GmailClientOptions options_;
    GmailQuota quota_;
    std::stop_source stop_;
};

// What an answer other than 2xx means; `missing` is what 404 does. RateLimited says until when.
GmailError gmailErrorOf(int status, std::string_view body, std::optional<std::chrono::milliseconds> retryAfter,
                        GmailFault missing, Timestamp now);

}  // namespace nextjob::ingest
