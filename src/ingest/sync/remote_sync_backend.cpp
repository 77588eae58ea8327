#include "ingest/sync/remote_sync_backend.hpp"

#include "queue/process_identity.hpp"
#include "wire/mailboxes.hpp"
#include "wire/parcel.hpp"
#include "wire/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nextjob::ingest {

using net::BackendRequest;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds answerTime{30'000};  // beside what a call waits for work
constexpr milliseconds parcelTime{180'000};
constexpr std::size_t mostShort = 65'536;

template <class T>
Result<T> readAnswer(const Result<std::string>& answer) {
    if (!answer) return std::unexpected(answer.error());
    wire::Problems problems;
    auto body = wire::readBody<T>(*answer, problems);
    if (!body)
        return failure(ErrorCode::Unavailable,
                       fmt::format("the backend's answer can't be read ({}): run the same version of nextjob here and "
                                   "there",
                                   wire::sentenceOf(problems)));
    return std::move(*body);
}

wire::LeaseBody bodyOf(LeaseKey key) { return {.mailbox = {key.mailbox}, .fence = {key.fence}}; }
wire::Moment momentOf(Timestamp time) { return {time.time_since_epoch().count()}; }
Timestamp timeOf(std::int64_t moment) { return Timestamp(milliseconds(moment)); }

MailboxLease leaseOf(wire::LeaseView view) {
    MailboxLease lease;
    lease.key = {.mailbox = view.mailbox, .fence = view.fence};
    lease.mailbox = {.id = view.mailbox,
                     .user = view.userId,
                     .source = std::move(view.source),
                     .settings = std::move(view.settings),
                     .cursor = std::move(view.cursor),
                     .progress = std::move(view.progress),
                     .due = timeOf(view.dueMs),
                     .asked = {},
                     .idleRuns = static_cast<int>(view.idleRuns),
                     .busy = true};
    if (view.askedMs) lease.mailbox.asked = timeOf(*view.askedMs);
    for (auto& rule : view.rules) lease.rules.push_back({.sender = std::move(rule.sender), .read = rule.read});
    return lease;
}

const char* nameOf(FetchOutcome::End end) {
    switch (end) {
        case FetchOutcome::End::Skipped: return "skipped";
        case FetchOutcome::End::Dead: return "dead";
        case FetchOutcome::End::TryLater: break;
    }
    return "try_later";
}

wire::OutcomeBody bodyOf(const FetchOutcome& outcome) {
    wire::OutcomeBody body{.message = {outcome.message},
                           .end = {nameOf(outcome.end)},
                           .reason = {wire::sendable(outcome.reason, wire::mostReason)},
                           .nextTryMs = momentOf(outcome.nextTry),
                           .subject = {wire::sendable(outcome.subject, mostShort)},
                           .sender = {wire::sendable(outcome.sender, mostShort)},
                           .receivedAtMs = {}};
    if (outcome.receivedAt) body.receivedAtMs = momentOf(*outcome.receivedAt);
    return body;
}

}  // namespace

RemoteSyncBackend::RemoteSyncBackend(net::BackendClient& backend) : backend_(backend), worker_(queue::ownIdentity()) {}

Task<Result<std::string>> RemoteSyncBackend::post(std::string route, std::string body, milliseconds wait,
                                                  std::stop_token stop) {
    BackendRequest request;
    request.path = "/service/mailboxes/" + route;
    request.body = std::move(body);
    request.deadline = answerTime + wait;
    request.stop = std::move(stop);
    request.maximumBytes = wire::maximumParcel;
    co_return co_await backend_.call(std::move(request));
}

Task<Result<void>> RemoteSyncBackend::tell(std::string route, std::string body) {
    const auto answer = co_await post(std::move(route), std::move(body));
    if (!answer) co_return std::unexpected(answer.error());
    co_return Result<void>{};
}

// A lease whose answer is lost ends by itself.
Task<Result<std::vector<MailboxLease>>> RemoteSyncBackend::lease(std::vector<std::string> sources, int count,
                                                                 milliseconds wait) {
    const auto length = std::clamp<std::int64_t>(wait.count(), 0, wire::longestWait);
    wire::LeaseCall call{.worker = {worker_},
                         .sources = {},
                         .count = {std::clamp<std::int64_t>(count, 1, wire::mostAtOnce)},
                         .waitMs = {length}};
    for (auto& source : sources) call.sources.items.push_back({std::move(source)});
    auto view = readAnswer<wire::LeasesView>(co_await post("lease", wire::write(call), milliseconds(length)));
    if (!view) co_return std::unexpected(std::move(view.error()));
    std::vector<MailboxLease> leases;
    for (auto& each : view->leases) leases.push_back(leaseOf(std::move(each)));
    co_return leases;
}

Task<Result<void>> RemoteSyncBackend::extend(LeaseKey key) {
    return tell("extend", wire::write(wire::ExtendCall{bodyOf(key)}));
}

Task<Result<std::string>> RemoteSyncBackend::gmailToken(UserId user, std::string refused, std::stop_token stop) {
    const wire::GmailTokenCall call{.userId = {user}, .refused = {std::move(refused)}};
    auto view = readAnswer<wire::GmailTokenView>(co_await post("gmail-token", wire::write(call), {}, std::move(stop)));
    if (!view) co_return std::unexpected(std::move(view.error()));
    if (view->accessToken) co_return std::move(*view->accessToken);
    co_return failure(ErrorCode::Unauthorized, view->reconnect.value_or("Connect the Google account again."));
}

Task<Result<ImapLogin>> RemoteSyncBackend::imapLogin(UserId user) {
    const wire::UserCall call{.userId = {user}};
    auto reply = readAnswer<wire::ImapLoginReply>(co_await post("imap-login", wire::write(call)));
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    if (!reply->login)
        co_return failure(ErrorCode::Unauthorized, reply->reconnect.value_or("Connect the mailbox again."));
    wire::ImapLoginView& login = *reply->login;
    co_return ImapLogin{.host = std::move(login.host),
                        .port = static_cast<std::uint16_t>(login.port),
                        .startTls = login.startTls,
                        .plain = login.plain,
                        .login = std::move(login.login),
                        .secret = std::move(login.secret),
                        .token = login.token,
                        .version = login.version};
}

Task<Result<void>> RemoteSyncBackend::imapRefused(UserId user, std::int64_t version, std::string reason) {
    const wire::ImapRefusedCall call{
        .userId = {user}, .version = {version}, .reason = {wire::sendable(reason, wire::mostReason)}};
    return tell("imap-refused", wire::write(call));
}

Task<Result<int>> RemoteSyncBackend::advance(LeaseKey key, std::string cursor, std::string progress,
                                             std::vector<std::string> seen) {
    wire::AdvanceCall call{
        .lease = bodyOf(key), .cursor = {std::move(cursor)}, .progress = {std::move(progress)}, .seen = {}};
    for (auto& id : seen) call.seen.items.push_back({std::move(id)});
    const auto view = readAnswer<wire::AdvancedView>(co_await post("advance", wire::write(call)));
    if (!view) co_return std::unexpected(view.error());
    co_return static_cast<int>(view->fresh);
}

Task<Result<std::vector<UnfetchedMessage>>> RemoteSyncBackend::toFetch(LeaseKey key, int limit) {
    const wire::ToFetchCall call{.lease = bodyOf(key), .limit = {std::clamp<std::int64_t>(limit, 1, wire::mostAtOnce)}};
    auto view = readAnswer<wire::ToFetchView>(co_await post("to-fetch", wire::write(call)));
    if (!view) co_return std::unexpected(std::move(view.error()));
    std::vector<UnfetchedMessage> messages;
    for (auto& each : view->messages)
        messages.push_back({.message = each.message,
                            .sourceId = std::move(each.sourceId),
                            .attempts = static_cast<int>(each.attempts),
                            .wanted = each.wanted});
    co_return messages;
}

Task<Result<void>> RemoteSyncBackend::end(LeaseKey key, std::vector<FetchOutcome> outcomes) {
    wire::EndCall call{.lease = bodyOf(key), .outcomes = {}};
    for (const FetchOutcome& outcome : outcomes) call.outcomes.items.push_back(bodyOf(outcome));
    return tell("end", wire::write(call));
}

Task<Result<void>> RemoteSyncBackend::finish(LeaseKey key, SyncEnd end) {
    const wire::FinishCall call{.lease = bodyOf(key),
                                .cursor = {std::move(end.cursor)},
                                .progress = {std::move(end.progress)},
                                .dueMs = momentOf(end.due),
                                .idleRuns = {std::clamp<std::int64_t>(end.idleRuns, 0, 1'000'000)}};
    return tell("finish", wire::write(call));
}

Task<Result<queue::Accepted>> RemoteSyncBackend::accept(LeaseKey key, std::vector<RawMessage> messages) {
    std::vector<wire::ParcelMail> mails;
    for (const RawMessage& raw : messages) mails.push_back({.raw = &raw});
    BackendRequest request;
    request.path = "/service/mailboxes/accept";
    request.body = wire::writeParcel(mails, {}, key);
    request.type = wire::parcelType;
    request.deadline = parcelTime;
    const auto view = readAnswer<wire::AcceptedView>(co_await backend_.call(std::move(request)));
    if (!view) co_return std::unexpected(view.error());
    queue::Accepted accepted;
    for (const auto& item : view->items) {
        accepted.items.push_back({.message = item.message, .duplicate = item.duplicate});
        ++(item.duplicate ? accepted.duplicates : accepted.fresh);
    }
    co_return accepted;
}

}  // namespace nextjob::ingest
