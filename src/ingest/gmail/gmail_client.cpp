#include "ingest/gmail/gmail_client.hpp"

#include "ingest/gmail/batch.hpp"
#include "ingest/gmail/gmail_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace nextjob::ingest {

namespace {

constexpr std::string_view account = "/gmail/v1/users/me";
constexpr const char* pageSize = "500";
// A wait for quota that is longer is the caller's to spend.
constexpr std::chrono::seconds longestWait{30};

std::string_view nameOf(GmailFault fault) {
    switch (fault) {
        case GmailFault::AuthBroken: return "unauthorized";
        case GmailFault::RateLimited: return "rate_limited";
        case GmailFault::Gone: return "gone";
        case GmailFault::HistoryExpired: return "history_expired";
        case GmailFault::Temporary: return "temporary";
        case GmailFault::TooLarge: return "too_large";
        case GmailFault::Stopped: return "stopped";
        case GmailFault::Permanent: break;
    }
    return "permanent";
}

bool isTemporary(GmailFault fault) { return fault == GmailFault::Temporary || fault == GmailFault::RateLimited; }

GmailError ofTokens(const Error& error) {
    const bool broken = error.code == ErrorCode::Unauthorized || error.code == ErrorCode::NotFound;
    return {broken ? GmailFault::AuthBroken : GmailFault::Temporary, error.message};
}

GmailError ofNetwork(const Error& error) {
    switch (error.code) {
        case ErrorCode::TooLarge: return {GmailFault::TooLarge, error.message};
        case ErrorCode::Unavailable: return {GmailFault::Temporary, error.message};
        default: return {GmailFault::Permanent, error.message};
    }
}

std::unexpected<GmailError> brokenOff() { return gmailFailure(GmailFault::Stopped, "the program is stopping"); }

std::unexpected<GmailError> garbled() {
    return gmailFailure(GmailFault::Temporary, "Gmail's reply is not what it should be");
}

template <class T>
GmailResult<T> valueOf(std::optional<T> read) {
    if (!read) return garbled();
    return std::move(*read);
}

std::string pathOf(std::string_view what, net::HttpHeaders fields, const std::string& pageToken) {
    if (!pageToken.empty()) fields.emplace_back("pageToken", pageToken);
    return fmt::format("{}/{}?{}", account, what, net::formEncoded(fields));
}

std::string pathOfMessage(const std::string& id) { return fmt::format("{}/messages/{}?format=full", account, id); }

std::optional<std::chrono::milliseconds> askedBy(const BatchReply& reply) {
    const net::HttpReply asOne{.status = reply.status, .headers = {{"Retry-After", reply.retryAfter}}};
    return net::retryAfter(asOne, std::chrono::system_clock::now());
}

GmailResult<GmailMessage> read(BatchReply reply, const std::string& id,
                               std::optional<std::chrono::milliseconds> asked) {
    if (reply.status == 200) return readMessage(std::move(reply.body), id);
    return std::unexpected(gmailErrorOf(reply.status, reply.body, asked, GmailFault::Gone, currentTime()));
}

}  // namespace

// One request, as often as it takes.
Task<GmailResult<net::HttpReply>> GmailClient::call(UserId user, Ask ask) {
    net::Retries retries(options_.patience);
    std::string refused = std::move(ask.refused);
    while (true) {
        if (stop_.stop_requested()) co_return brokenOff();
        auto token = co_await tokens_(user, refused, stop_.get_token());
        if (!token && stop_.stop_requested()) co_return brokenOff();
        if (!token) co_return std::unexpected(ofTokens(token.error()));
        if (ask.used != nullptr) *ask.used = *token;
        const auto wait = quota_.take(user, ask.units);
        if (wait > longestWait)
            co_return std::unexpected(
                GmailError{GmailFault::RateLimited, "the user's quota is used up", currentTime() + wait});
        if (wait.count() > 0) co_await net::pause(wait, stop_.get_token());
        net::HttpRequest request{.method = ask.method,
                                 .url = options_.url + ask.path,
                                 .headers = {{"Authorization", "Bearer " + *token}},
                                 .body = ask.body,
                                 .deadline = options_.deadline,
                                 .maximumBytes = options_.maximumBytes,
                                 .stop = stop_.get_token()};
        if (!ask.contentType.empty()) request.headers.emplace_back("Content-Type", ask.contentType);
        auto reply = co_await http_.send(std::move(request));
        if (reply && reply->status / 100 == 2) {
            count(ask, "ok");
            co_return std::move(*reply);
        }
        if (reply && reply->status == 401 && refused.empty()) {
            refused = std::move(*token);
            count(ask, nameOf(GmailFault::AuthBroken));
            continue;
        }
        if (!reply && stop_.stop_requested()) {
            count(ask, nameOf(GmailFault::Stopped));
            co_return brokenOff();
        }
        const auto asked = reply ? net::retryAfter(*reply, std::chrono::system_clock::now()) : std::nullopt;
        auto error = reply ? gmailErrorOf(reply->status, reply->body, asked, ask.missing, currentTime())
                           : ofNetwork(reply.error());
        count(ask, nameOf(error.fault));
        const auto pause = isTemporary(error.fault) ? retries.next(asked) : std::nullopt;
        if (!pause) co_return std::unexpected(giveUp(user, std::move(error)));
        co_await net::pause(*pause, stop_.get_token());
    }
}

void GmailClient::count(const Ask& ask, std::string_view outcome) const {
    if (options_.count) options_.count(ask.name, outcome);
}

// What is left when no attempt is: nobody else asks for this user before Gmail wants to be asked.
GmailError GmailClient::giveUp(UserId user, GmailError error) {
    if (error.until) quota_.hold(user, std::chrono::ceil<std::chrono::milliseconds>(*error.until - currentTime()));
    return error;
}

Task<GmailResult<GmailProfile>> GmailClient::profile(UserId user) {
    Ask ask{.name = "profile",
            .units = gmail_cost::profile,
            .method = net::HttpMethod::Get,
            .path = fmt::format("{}/profile", account)};
    const auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return valueOf(readProfile(reply->body));
}

Task<GmailResult<GmailIds>> GmailClient::list(UserId user, std::string query, std::string pageToken) {
    net::HttpHeaders fields{{"maxResults", pageSize}};
    if (!query.empty()) fields.emplace_back("q", std::move(query));
    Ask ask{.name = "messages.list",
            .units = gmail_cost::list,
            .method = net::HttpMethod::Get,
            .path = pathOf("messages", std::move(fields), pageToken)};
    const auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return valueOf(readIds(reply->body));
}

Task<GmailResult<GmailHistory>> GmailClient::history(UserId user, HistoryId since, std::string pageToken) {
    net::HttpHeaders fields{
        {"startHistoryId", std::to_string(since)}, {"historyTypes", "messageAdded"}, {"maxResults", pageSize}};
    Ask ask{.name = "history.list",
            .units = gmail_cost::history,
            .method = net::HttpMethod::Get,
            .path = pathOf("history", std::move(fields), pageToken),
            .missing = GmailFault::HistoryExpired};
    const auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return valueOf(readHistory(reply->body));
}

Task<GmailResult<GmailMessage>> GmailClient::message(UserId user, std::string id) {
    if (!isMessageId(id)) co_return gmailFailure(GmailFault::Permanent, "this can't be the id of a message");
    Ask ask{.name = "messages.get",
            .units = gmail_cost::get,
            .method = net::HttpMethod::Get,
            .path = pathOfMessage(id),
            .missing = GmailFault::Gone};
    auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return readMessage(std::move(reply->body), id);
}

// The messages of one call of `messages`, in groups that are asked for together.
struct GmailClient::Batch {
    Batch(UserId of, std::vector<std::string> wanted)
        : user(of),
          ids(std::move(wanted)),
          found(ids.size(), gmailFailure(GmailFault::Temporary, "Gmail did not answer")) {
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < ids.size(); ++i) all.push_back(i);
        if (!all.empty()) groups.push_back(std::move(all));
    }

    // One of them is too large, or all together: halves tell.
    void split(const std::vector<std::size_t>& group) {
        const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
        groups.emplace_back(group.begin(), middle);
        groups.emplace_back(middle, group.end());
    }

    void fail(const std::vector<std::size_t>& group, const GmailError& error) {
        for (const std::size_t i : group) found[i] = std::unexpected(error);
    }

    // Of a group, those that failed so.
    template <class Test>
    std::vector<std::size_t> failed(const std::vector<std::size_t>& group, Test test) const {
        std::vector<std::size_t> some;
        std::ranges::copy_if(group, std::back_inserter(some),
                             [&](std::size_t i) { return !found[i] && test(found[i].error().fault); });
        return some;
    }

    UserId user;
    std::vector<std::string> ids;
    Some found;
    std::deque<std::vector<std::size_t>> groups;
    std::optional<std::chrono::milliseconds> asked;  // the longest Retry-After of the last group's parts
    std::string token;                               // with which the last group was asked for
    std::string refused;                             // a token that parts were refused for
};

Task<GmailResult<std::vector<GmailResult<GmailMessage>>>> GmailClient::messages(UserId user,
                                                                                std::vector<std::string> ids) {
    if (ids.size() > mostInBatch || !std::ranges::all_of(ids, isMessageId))
        co_return gmailFailure(GmailFault::Permanent, "this is no batch of ids of messages");
    Batch batch(user, std::move(ids));
    net::Retries retries(options_.patience);
    std::optional<GmailError> whole;
    while (!batch.groups.empty()) {
        const auto group = std::move(batch.groups.front());
        batch.groups.pop_front();
        if (whole) {
            batch.fail(group, *whole);
            continue;
        }
        const auto fetched = co_await fetchGroup(&batch, group);
        if (!fetched && fetched.error().fault == GmailFault::TooLarge && group.size() > 1) {
            batch.split(group);
            continue;
        }
        if (!fetched) batch.fail(group, fetched.error());
        if (!fetched && fetched.error().fault != GmailFault::TooLarge) whole = fetched.error();
        if (!fetched) continue;
        auto withoutLeave = batch.failed(group, [](GmailFault fault) { return fault == GmailFault::AuthBroken; });
        if (!withoutLeave.empty() && batch.refused.empty()) {
            batch.refused = batch.token;
            batch.groups.push_back(std::move(withoutLeave));
        }
        auto again = batch.failed(group, isTemporary);
        if (again.empty()) continue;
        const auto pause = retries.next(batch.asked);
        if (!pause) continue;
        co_await net::pause(*pause, stop_.get_token());
        batch.groups.push_back(std::move(again));
    }
    const bool any = std::ranges::any_of(batch.found, [](const auto& one) { return one.has_value(); });
    if (whole && !any) co_return std::unexpected(std::move(*whole));
    co_return std::move(batch.found);
}

// Asks for a group in one request and puts what comes into its places.
Task<GmailResult<void>> GmailClient::fetchGroup(Batch* batch, std::vector<std::size_t> group) {
    std::vector<std::string> paths;
    for (const std::size_t i : group) paths.push_back(pathOfMessage(batch->ids[i]));
    auto request = batchOf(paths);
    Ask ask{.name = "batch",
            .units = gmail_cost::get * static_cast<int>(group.size()),
            .method = net::HttpMethod::Post,
            .path = "/batch/gmail/v1",
            .contentType = std::move(request.contentType),
            .body = std::move(request.body),
            .refused = batch->refused,
            .used = &batch->token};
    const auto reply = co_await call(batch->user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    auto parts = readBatchReply(reply->header("Content-Type"), reply->body, group.size());
    if (!parts) co_return garbled();
    batch->asked.reset();
    for (BatchReply& part : *parts) {
        const std::size_t place = group[part.index];
        const auto asked = askedBy(part);
        batch->asked = std::max(batch->asked, asked);
        batch->found[place] = read(std::move(part), batch->ids[place], asked);
    }
    co_return GmailResult<void>{};
}

Task<GmailResult<GmailWatch>> GmailClient::watch(UserId user, std::string topic) {
    const boost::json::object asked{
        {"topicName", topic}, {"labelIds", boost::json::array{"INBOX"}}, {"labelFilterBehavior", "include"}};
    Ask ask{.name = "watch",
            .units = gmail_cost::watch,
            .method = net::HttpMethod::Post,
            .path = fmt::format("{}/watch", account),
            .contentType = "application/json",
            .body = boost::json::serialize(asked)};
    const auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return valueOf(readWatch(reply->body));
}

Task<GmailResult<void>> GmailClient::stop(UserId user) {
    Ask ask{.name = "stop",
            .units = gmail_cost::stop,
            .method = net::HttpMethod::Post,
            .path = fmt::format("{}/stop", account)};
    const auto reply = co_await call(user, std::move(ask));
    if (!reply) co_return std::unexpected(reply.error());
    co_return GmailResult<void>{};
}

}  // namespace nextjob::ingest
