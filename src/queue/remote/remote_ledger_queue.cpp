#include "queue/remote/remote_ledger_queue.hpp"

#include "queue/process_identity.hpp"
#include "wire/parcel.hpp"
#include "wire/profile.hpp"
#include "wire/queue.hpp"
#include "wire/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace nextjob::queue::remote {

using net::BackendRequest;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds answerTime{30'000};  // beside what a call waits for work or room
constexpr milliseconds parcelTime{180'000};
constexpr milliseconds lookTime{5'000};  // of who watches, and looks again soon
// How long after a claim without answer the backend may still be at it.
constexpr std::chrono::seconds lostKept{120};
constexpr std::size_t mostOwed = 10'000;

// Two queues of one process are one worker to the backend, and must not give one number to two calls.
std::int64_t firstCall() {
    static std::atomic<std::int64_t> queues{0};
    constexpr std::int64_t callsOfOne = std::int64_t{1} << 40;
    return queues++ * callsOfOne;
}

wire::ClaimBody bodyOf(const Claim& claim) {
    return {.ticket = {claim.ticket},
            .message = {claim.message},
            .attempts = {claim.attempts},
            .userId = {claim.raw.user},
            .source = {wire::sendable(claim.raw.source, 100)},
            .sourceId = {wire::sendable(claim.raw.sourceId, 1000)}};
}

wire::ClaimsBody bodyOf(const std::vector<Claim>& claims) {
    wire::ClaimsBody body;
    for (const Claim& claim : claims) body.claims.items.push_back(bodyOf(claim));
    return body;
}

wire::MessagesBody bodyOf(const std::vector<MessageId>& messages) {
    wire::MessagesBody body;
    for (const MessageId message : messages) body.messages.items.push_back({message});
    return body;
}

std::unexpected<Error> unreadable(const wire::Problems& problems) {
    return failure(
        ErrorCode::Unavailable,
        fmt::format("the backend's answer can't be read ({}): run the same version of nextjob here and there",
                    wire::sentenceOf(problems)));
}

template <class T>
Result<T> readAnswer(const Result<std::string>& answer) {
    if (!answer) return std::unexpected(answer.error());
    wire::Problems problems;
    auto body = wire::readBody<T>(*answer, problems);
    if (!body) return unreadable(problems);
    return std::move(*body);
}

Result<wire::Parcel> readMails(const Result<std::string>& answer) {
    if (!answer) return std::unexpected(answer.error());
    wire::Problems problems;
    auto parcel = wire::readParcel(*answer, problems);
    if (!parcel) return unreadable(problems);
    return std::move(*parcel);
}

Result<std::vector<MessageId>> readMessages(const Result<std::string>& answer) {
    const auto body = readAnswer<wire::MessagesBody>(answer);
    if (!body) return std::unexpected(body.error());
    std::vector<MessageId> messages;
    for (const auto& id : body->messages.items) messages.push_back(id.value);
    return messages;
}

}  // namespace

RemoteLedgerQueue::RemoteLedgerQueue(net::BackendClient& backend, Options options)
    : backend_(backend), options_(options), worker_(ownIdentity()), calls_(firstCall()) {}

Task<Result<std::string>> RemoteLedgerQueue::post(std::string route, std::string body) {
    BackendRequest request;
    request.path = "/service/queue/" + route;
    request.body = std::move(body);
    request.deadline = answerTime;
    co_return co_await backend_.call(std::move(request));
}

Task<Result<void>> RemoteLedgerQueue::tell(std::string route, std::string body) {
    const auto answer = co_await post(std::move(route), std::move(body));
    if (!answer) co_return std::unexpected(answer.error());
    co_return Result<void>{};
}

Task<Result<Accepted>> RemoteLedgerQueue::enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                                std::optional<ImportProgress> progress,
                                                std::optional<milliseconds> patience) {
    std::vector<wire::ParcelMail> mails;
    for (const RawMessage& raw : *messages) mails.push_back({.raw = &raw});
    const std::string parcel = wire::writeParcel(mails, progress);
    const auto deadline = Clock::now() + std::min(patience.value_or(options_.acceptWait), options_.acceptWait);
    while (true) {
        BackendRequest request;
        request.path = "/service/queue/enter";
        request.body = parcel;
        request.type = wire::parcelType;
        request.deadline = parcelTime;
        const auto answer = co_await backend_.call(std::move(request));
        // The queue is full, or the backend away.
        if (!answer && answer.error().code == ErrorCode::Unavailable && Clock::now() < deadline) continue;
        const auto body = readAnswer<wire::AcceptedView>(answer);
        if (!body) co_return std::unexpected(body.error());
        Accepted accepted;
        for (const auto& item : body->items) {
            accepted.items.push_back({.message = item.message, .duplicate = item.duplicate});
            ++(item.duplicate ? accepted.duplicates : accepted.fresh);
        }
        if (accepted.items.size() != messages->size())
            co_return failure(ErrorCode::Internal, "the backend answered for other mails than were sent");
        co_return accepted;
    }
}

Task<Result<std::vector<Claim>>> RemoteLedgerQueue::claim(int count, milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (true) {
        if (auto given = co_await giveBackOwed(); !given) co_return std::unexpected(std::move(given.error()));
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        auto claims = co_await claimOnce(count, std::clamp(left, milliseconds(0), milliseconds(wire::longestWait)));
        if (!claims || !claims->empty() || Clock::now() >= deadline) co_return claims;
    }
}

Task<Result<std::vector<Claim>>> RemoteLedgerQueue::claimOnce(int count, milliseconds wait) {
    wire::ClaimCall call{.worker = {worker_},
                         .call = {},
                         .lost = {},
                         .count = {std::min<std::int64_t>(count, wire::mostAtOnce)},
                         .waitMs = {wait.count()}};
    for (const auto lost : lostCalls()) call.lost.items.push_back({lost});
    {
        const std::scoped_lock lock(mutex_);
        call.call.value = ++calls_;
    }
    BackendRequest request;
    request.path = "/service/queue/claim";
    request.body = wire::write(call);
    request.deadline = wait + parcelTime;
    request.maximumBytes = wire::maximumParcel;
    request.repeatable = false;
    auto parcel = readMails(co_await backend_.call(std::move(request)));
    if (parcel) co_return std::move(parcel->mails);
    const std::scoped_lock lock(mutex_);
    lost_.emplace(call.call.value, Clock::now() + lostKept);
    co_return std::unexpected(std::move(parcel.error()));
}

// The latest ones at most: for the others there is the lease.
std::vector<std::int64_t> RemoteLedgerQueue::lostCalls() {
    const std::scoped_lock lock(mutex_);
    std::erase_if(lost_, [now = Clock::now()](const auto& each) { return each.second < now; });
    while (lost_.size() > wire::mostLost) lost_.erase(lost_.begin());
    std::vector<std::int64_t> lost;
    for (const auto& [call, until] : lost_) lost.push_back(call);
    return lost;
}

Task<Result<std::vector<Claim>>> RemoteLedgerQueue::claimFor(std::string, int, milliseconds) {
    throw std::logic_error("a worker without a database claims for itself only");
}

Task<Result<void>> RemoteLedgerQueue::releaseOf(std::string) {
    throw std::logic_error("a worker without a database claims for itself only");
}

void RemoteLedgerQueue::owe(std::vector<Claim> claims) {
    const std::scoped_lock lock(mutex_);
    for (Claim& claim : claims) {
        if (owed_.size() >= mostOwed) return;  // their leases end
        claim.raw.bytes = {};
        owed_.push_back(std::move(claim));
    }
}

Task<Result<void>> RemoteLedgerQueue::giveBackOwed() {
    std::vector<Claim> owed;
    {
        const std::scoped_lock lock(mutex_);
        owed.swap(owed_);
    }
    if (owed.empty()) co_return Result<void>{};
    co_return co_await release(std::move(owed));
}

Task<Result<void>> RemoteLedgerQueue::acknowledge(std::vector<Claim> claims) {
    return tell("acknowledge", wire::write(bodyOf(claims)));
}

Task<Result<void>> RemoteLedgerQueue::release(std::vector<Claim> claims) {
    while (!claims.empty()) {
        const auto size = static_cast<std::ptrdiff_t>(std::min(claims.size(), wire::mostAtOnce));
        const std::vector<Claim> some(std::make_move_iterator(claims.begin()),
                                      std::make_move_iterator(claims.begin() + size));
        claims.erase(claims.begin(), claims.begin() + size);
        auto told = co_await tell("release", wire::write(bodyOf(some)));
        if (told) continue;
        owe(some);
        owe(std::move(claims));
        co_return told;
    }
    co_return Result<void>{};
}

Task<Result<void>> RemoteLedgerQueue::retryLater(Claim claim, std::string reason, milliseconds delay) {
    const wire::RetryCall call{.claim = bodyOf(claim),
                               .reason = {wire::sendable(reason, wire::mostReason)},
                               .delayMs = {std::clamp<std::int64_t>(delay.count(), 0, 86'400'000)}};
    auto told = co_await tell("retry", wire::write(call));
    if (!told) owe({std::move(claim)});
    co_return told;
}

Task<Result<void>> RemoteLedgerQueue::deadLetter(Claim claim, std::string reason) {
    const wire::DeadLetterCall call{.claim = bodyOf(claim), .reason = {wire::sendable(reason, wire::mostReason)}};
    auto told = co_await tell("dead-letter", wire::write(call));
    if (!told) owe({std::move(claim)});
    co_return told;
}

Task<Result<int>> RemoteLedgerQueue::revive(UserId user, std::optional<MessageId> message) {
    wire::ReviveCall call{.userId = {user}, .message = {}};
    if (message) call.message = wire::Id{*message};
    const auto revived = readAnswer<wire::Revived>(co_await post("revive", wire::write(call)));
    if (!revived) co_return std::unexpected(revived.error());
    co_return static_cast<int>(revived->revived);
}

Task<Result<Depth>> RemoteLedgerQueue::depth() {
    BackendRequest request;
    request.method = net::HttpMethod::Get;
    request.path = "/service/queue/depth";
    request.deadline = lookTime;
    request.repeatable = false;
    const auto view = readAnswer<wire::DepthView>(co_await backend_.call(std::move(request)));
    if (!view) co_return std::unexpected(view.error());
    co_return Depth{.ready = view->ready,
                    .claimed = view->claimed,
                    .delayed = view->delayed,
                    .dead = view->dead,
                    .bytes = static_cast<std::uint64_t>(view->bytes),
                    .lag = milliseconds(view->lagMs)};
}

Task<Result<void>> RemoteLedgerQueue::ping() { return backend_.check(); }

Task<Result<std::vector<MessageId>>> RemoteLedgerQueue::waiting(MessageId beyond, int limit) {
    const wire::WaitingCall call{.beyond = {beyond}, .limit = {std::min<std::int64_t>(limit, wire::mostAtOnce)}};
    co_return readMessages(co_await post("waiting", wire::write(call)));
}

Task<Result<std::vector<MessageId>>> RemoteLedgerQueue::stillWaiting(std::vector<MessageId> messages) {
    co_return readMessages(co_await post("still-waiting", wire::write(bodyOf(messages))));
}

Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> RemoteLedgerQueue::read(std::vector<MessageId> messages) {
    std::vector<std::pair<MessageId, RawMessage>> found;
    while (!messages.empty()) {
        BackendRequest request;
        request.path = "/service/queue/read";
        request.body = wire::write(bodyOf(messages));
        request.deadline = parcelTime;
        request.maximumBytes = wire::maximumParcel;
        auto parcel = readMails(co_await backend_.call(std::move(request)));
        if (!parcel) co_return std::unexpected(std::move(parcel.error()));
        for (Claim& mail : parcel->mails) found.emplace_back(mail.message, std::move(mail.raw));
        if (parcel->left.size() >= messages.size())
            co_return failure(ErrorCode::Internal, "the backend sends none of the mails that were asked for");
        messages = std::move(parcel->left);
    }
    co_return found;
}

Task<Result<void>> RemoteLedgerQueue::noteFailure(MessageId message, std::string reason, int attempts) {
    const wire::FailureCall call{
        .message = {message}, .reason = {wire::sendable(reason, wire::mostReason)}, .attempts = {attempts}};
    return tell("note-failure", wire::write(call));
}

Task<Result<void>> RemoteLedgerQueue::bury(MessageId message, std::string reason, int attempts) {
    const wire::FailureCall call{
        .message = {message}, .reason = {wire::sendable(reason, wire::mostReason)}, .attempts = {attempts}};
    return tell("bury", wire::write(call));
}

Task<Result<std::string>> RemoteLedgerQueue::emailOf(UserId user) {
    BackendRequest request;
    request.method = net::HttpMethod::Get;
    request.path = fmt::format("/service/profiles/user/{}", user);
    request.deadline = answerTime;
    auto profile = readAnswer<wire::ProfileView>(co_await backend_.call(std::move(request)));
    if (!profile) co_return std::unexpected(std::move(profile.error()));
    co_return std::move(profile->email);
}

}  // namespace nextjob::queue::remote
