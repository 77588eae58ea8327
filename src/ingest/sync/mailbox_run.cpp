#include "ingest/sync/mailbox_run.hpp"

#include "ingest/filter/mail_filter.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nextjob::ingest {

using observe::Level;
using Fault = SourceError::Fault;

namespace {

constexpr std::size_t mostIdsAtOnce = 1000;  // of an advance
constexpr int mostAttempts = 8;              // of fetching a message
constexpr std::chrono::seconds tellInterval{2};
constexpr std::chrono::seconds heldPause{3};  // before a full queue is tried again
constexpr double usualRate = 40;              // messages a second, before it is known
// When nobody is to come back by himself.
constexpr std::chrono::days never{3650};

}  // namespace

// What becomes of the messages of a batch.
struct MailboxRun::Sorted {
    std::vector<RawMessage> wanted;
    std::vector<FetchOutcome> ended;
    std::optional<SourceError> error;  // that the rest of the batch was left for
};

MailboxRun::MailboxRun(const SyncParts& parts, SourceSync& source, MailboxLease lease)
    : parts_(parts), source_(source), lease_(std::move(lease)), began_(currentTime()) {}

// A run that was cut off goes on under its number.
void MailboxRun::begin() {
    progress_ = readSyncProgress(lease_.mailbox.progress);
    resumed_ = progress_.underWay();
    if (!resumed_) {
        progress_ = SyncProgress{.run = progress_.run + 1,
                                 .started = began_,
                                 .notice = std::move(progress_.notice),
                                 .troubles = progress_.troubles,
                                 .retryAt = progress_.retryAt};
    }
    progress_.phase = SyncPhase::Listing;
    progress_.error.clear();
    progress_.broken = false;
    progress_.secondsLeft.reset();
    if (progress_.retryAt && *progress_.retryAt <= began_) progress_.retryAt.reset();
}

Task<void> MailboxRun::run() {
    parts_.metrics.runBegan(std::max(std::chrono::milliseconds(0), began_ - lease_.mailbox.due));
    begin();
    SourceResult<SyncLook> looked = sourceFailure(Fault::Stopped, "");
    try {
        if (!parts_.stopping) looked = co_await lookAndFetch();
    } catch (const std::exception& fault) {
        observe::log(parts_.log, Level::Error, "sync_fault",
                     {{"mailbox", lease_.mailbox.id}, {"reason", std::string_view(fault.what())}});
        looked = sourceFailure(Fault::Refused, "NextJob AI stumbled over this mailbox. The log says how.");
    }
    co_await end(looked);
}

// Messages that are known already are fetched also when the source can't say now what is new.
Task<SourceResult<SyncLook>> MailboxRun::lookAndFetch() {
    const auto source = source_.begin(*this);
    auto looked = co_await source->look();
    const bool ended = !looked && looked.error().fault != Fault::Temporary && looked.error().fault != Fault::Refused;
    if (ended) co_return looked;
    if (looked) progress_.notice = looked->notice;
    auto fetched = co_await fetchAll(*source);
    if (looked && !fetched) co_return std::unexpected(std::move(fetched.error()));
    co_return looked;
}

Task<void> MailboxRun::extend() {
    if (lost_) co_return;
    const auto extended = co_await parts_.backend.extend(lease_.key);
    if (!extended && extended.error().code == ErrorCode::Conflict) lost_ = true;
}

SourceError MailboxRun::stopped(const Error& error) {
    if (error.code == ErrorCode::Conflict)
        lost_ = true;
    else
        held_ = true;
    return {Fault::Stopped, error.message};
}

// A cursor without ids can wait until something else is written: whoever begins again from the one before it loses
// nothing. One with ids is not kept by anything but the call that enters the last of them.
Task<SourceResult<int>> MailboxRun::advance(std::string cursor, std::vector<std::string> seen) {
    if (seen.empty() && !cursor.empty()) cursorToKeep_ = cursor;
    if (cursor.empty()) cursor = cursorToKeep_;
    int fresh = 0;
    for (std::size_t at = 0; at < seen.size();) {
        const std::size_t count = std::min(mostIdsAtOnce, seen.size() - at);
        const auto first = seen.begin() + static_cast<std::ptrdiff_t>(at);
        std::vector<std::string> some(std::make_move_iterator(first),
                                      std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count)));
        at += count;
        const bool last = at == seen.size();
        // A variable: GCC 12 makes a wrong copy of one that is chosen inside a co_await.
        std::string behind;
        if (last) behind = cursor;
        auto entered = co_await parts_.backend.advance(lease_.key, std::move(behind), writeSyncProgress(progress_),
                                                       std::move(some));
        if (!entered) co_return std::unexpected(stopped(entered.error()));
        if (last) cursorToKeep_.clear();
        fresh += *entered;
        progress_.found += *entered;
        parts_.metrics.countMessages(source_.name(), "seen", *entered);
    }
    if (!cursor.empty()) lease_.mailbox.cursor = std::move(cursor);
    if (lost_ || parts_.stopping) co_return sourceFailure(Fault::Stopped, "");
    co_return fresh;
}

// Before a long fetch begins, and every few seconds of it.
Task<Result<void>> MailboxRun::tell() {
    estimate();
    told_ = currentTime();
    std::string cursor = std::move(cursorToKeep_);
    cursorToKeep_.clear();
    const auto kept = co_await parts_.backend.advance(lease_.key, std::move(cursor), writeSyncProgress(progress_), {});
    if (!kept) co_return std::unexpected(kept.error());
    co_return Result<void>{};
}

void MailboxRun::estimate() {
    const std::int64_t ended = progress_.queued + progress_.skipped + progress_.failed;
    const double seconds = std::chrono::duration<double>(currentTime() - began_).count();
    const double rate = handled_ > 0 && seconds > 0.1 ? handled_ / seconds : usualRate;
    const auto left = static_cast<double>(std::max<std::int64_t>(0, progress_.found - ended));
    progress_.secondsLeft = std::llround(left / rate);
}

Task<SourceResult<>> MailboxRun::fetchAll(SourceRun& source) {
    progress_.phase = SyncPhase::Fetching;
    while (true) {
        auto some = co_await fetchSome(source);
        if (!some) co_return std::unexpected(std::move(some.error()));
        if (!*some) co_return SourceResult<>{};
        if (lost_ || parts_.stopping) co_return sourceFailure(Fault::Stopped, "");
        more_ = handled_ >= parts_.messagesOfRun;
        if (more_) co_return SourceResult<>{};
    }
}

// A batch from the source into the queue. False when there is none.
Task<SourceResult<bool>> MailboxRun::fetchSome(SourceRun& source) {
    const int batch = oneByOne_ ? 1 : static_cast<int>(source_.fetchBatch());
    auto asked = co_await parts_.backend.toFetch(lease_.key, batch);
    if (!asked) co_return std::unexpected(stopped(asked.error()));
    if (asked->empty()) co_return false;
    if (currentTime() - told_ >= tellInterval)
        if (const auto told = co_await tell(); !told) co_return std::unexpected(stopped(told.error()));
    const FetchSlots::Slot slot = co_await parts_.slots.take();
    if (lost_ || parts_.stopping) co_return sourceFailure(Fault::Stopped, "");
    std::vector<std::string> ids;
    for (const UnfetchedMessage& one : *asked) ids.push_back(one.sourceId);
    auto fetched = co_await source.fetch(std::move(ids));
    if (!fetched) co_return std::unexpected(std::move(fetched.error()));
    if (fetched->size() != asked->size()) throw std::logic_error("a source gave as many messages as it likes");
    handled_ += static_cast<int>(asked->size());
    auto settled = co_await settle(sort(*asked, std::move(*fetched)));
    if (!settled) co_return std::unexpected(std::move(settled.error()));
    co_return true;
}

MailboxRun::Sorted MailboxRun::sort(const std::vector<UnfetchedMessage>& asked, std::vector<FetchedMessage> fetched) {
    Sorted sorted;
    for (std::size_t i = 0; i < asked.size(); ++i) sortOne(asked[i], std::move(fetched[i]), sorted);
    return sorted;
}

void MailboxRun::sortOne(const UnfetchedMessage& asked, FetchedMessage fetched, Sorted& into) {
    if (auto* error = std::get_if<SourceError>(&fetched.mail)) {
        if (!into.error) into.error = std::move(*error);
        return;
    }
    if (auto* why = std::get_if<NotFetched>(&fetched.mail)) {
        into.ended.push_back(outcomeOf(asked, std::move(*why)));
        return;
    }
    RawMessage& mail = std::get<RawMessage>(fetched.mail);
    ++progress_.fetched;
    FilterDecision decision{.pass = true, .reason = "you said that it is a job mail"};
    if (!asked.wanted && !fetched.unwanted.empty())
        decision = {.pass = false, .reason = std::move(fetched.unwanted)};
    else if (!asked.wanted)
        decision = parts_.filter.decide(mail, fetched.snippet, lease_.rules);
    observe::log(parts_.log, Level::Info, decision.pass ? "message_passed" : "message_skipped",
                 {{"message", asked.message},
                  {"user", lease_.mailbox.user},
                  {"mailbox", lease_.mailbox.id}});  // not why: the ledger says it, and names a sender
    if (decision.pass) {
        mail.seen = asked.message;
        into.wanted.push_back(std::move(mail));
        return;
    }
    NotFetched skipped{.end = FetchOutcome::End::Skipped,
                       .reason = fmt::format("Not analysed: {}.", decision.reason),
                       .subject = std::move(mail.subject),
                       .sender = std::move(mail.sender),
                       .receivedAt = mail.receivedAt};
    into.ended.push_back(outcomeOf(asked, std::move(skipped)));
}

// With what only the ledger knows: whose row, and whether there is another try.
FetchOutcome MailboxRun::outcomeOf(const UnfetchedMessage& asked, NotFetched why) {
    why.message = asked.message;
    if (why.end == FetchOutcome::End::TryLater) {
        const int attempts = asked.attempts + 1;
        if (attempts >= mostAttempts) {
            why.end = FetchOutcome::End::Dead;
            why.reason = fmt::format("{} That was the last of {} tries.", why.reason, mostAttempts);
        } else {
            why.nextTry = currentTime() + parts_.schedule.afterFailure(attempts);
            progress_.retryAt = std::max(progress_.retryAt.value_or(why.nextTry), why.nextTry);
        }
    }
    const bool again = why.end == FetchOutcome::End::TryLater, dead = why.end == FetchOutcome::End::Dead;
    if (!again) ++(dead ? progress_.failed : progress_.skipped);
    parts_.metrics.countMessages(source_.name(), again ? "retried" : dead ? "dead" : "skipped", 1);
    if (again || dead)
        observe::log(parts_.log, Level::Warning, dead ? "message_dead" : "message_retried",
                     {{"message", asked.message},
                      {"user", lease_.mailbox.user},
                      {"mailbox", lease_.mailbox.id},
                      {"attempts", std::int64_t{asked.attempts} + 1},
                      {"reason", std::string_view(why.reason)}});
    return why;
}

// A batch's messages into the queue or to their ends. Each is in the ledger as seen until then.
Task<SourceResult<>> MailboxRun::settle(Sorted sorted) {
    if (!sorted.wanted.empty()) {
        const auto accepted = co_await accept(std::move(sorted.wanted));
        if (!accepted) co_return std::unexpected(stopped(accepted.error()));
    }
    if (!sorted.ended.empty()) {
        const auto ended = co_await parts_.backend.end(lease_.key, std::move(sorted.ended));
        if (!ended) co_return std::unexpected(stopped(ended.error()));
    }
    if (sorted.error) co_return std::unexpected(std::move(*sorted.error));
    co_return SourceResult<>{};
}

// What the queue refuses must not hold up its neighbours: from then on they come one by one, and the one that is
// refused alone is given up on.
Task<Result<void>> MailboxRun::accept(std::vector<RawMessage> messages) {
    const UnfetchedMessage first{.message = messages.front().seen, .sourceId = {}};
    const bool alone = messages.size() == 1;
    const auto accepted = co_await parts_.backend.accept(lease_.key, std::move(messages));
    if (accepted) {
        countAccepted(*accepted);
        co_return Result<void>{};
    }
    const ErrorCode code = accepted.error().code;
    if (code == ErrorCode::Unavailable || code == ErrorCode::Conflict) co_return std::unexpected(accepted.error());
    oneByOne_ = true;
    if (!alone) co_return Result<void>{};
    NotFetched refused{.end = FetchOutcome::End::Dead, .reason = accepted.error().message};
    std::vector<FetchOutcome> dead;
    dead.push_back(outcomeOf(first, std::move(refused)));
    co_return co_await parts_.backend.end(lease_.key, std::move(dead));
}

void MailboxRun::countAccepted(const queue::Accepted& accepted) {
    progress_.queued += accepted.fresh;
    progress_.skipped += accepted.duplicates;
    parts_.metrics.countMessages(source_.name(), "queued", accepted.fresh);
    parts_.metrics.countMessages(source_.name(), "duplicate", accepted.duplicates);
}

// Ends the lease, whatever way the run went.
Task<void> MailboxRun::end(SourceResult<SyncLook> looked) {
    const auto now = currentTime();
    SyncEnd ended{.idleRuns = lease_.mailbox.idleRuns};
    std::string_view outcome;
    if (!looked) {
        outcome = fail(looked.error(), now, ended);
    } else if (more_) {
        outcome = "more";
        estimate();
        ended.due = now;
        ended.idleRuns = 0;
    } else {
        const bool quiet = progress_.found == 0 && handled_ == 0;
        outcome = quiet ? "quiet" : "mail";
        ended.idleRuns = quiet && !lease_.mailbox.asked ? std::min(ended.idleRuns + 1, 1000) : 0;
        progress_.phase = SyncPhase::Idle;
        progress_.finished = now;
        progress_.troubles = 0;
        progress_.secondsLeft.reset();
        ended.due = now + parts_.schedule.afterLook(ended.idleRuns, looked->watched, parts_.random());
    }
    if (progress_.retryAt && !progress_.broken) ended.due = std::min(ended.due, *progress_.retryAt);
    ended.due = std::max(ended.due, now);
    ended.cursor = std::move(cursorToKeep_);
    ended.progress = writeSyncProgress(progress_);
    if (!lost_) {
        const auto done = co_await parts_.backend.finish(lease_.key, std::move(ended));
        if (!done && done.error().code == ErrorCode::Conflict) lost_ = true;
    }
    note(lost_ ? "lost" : outcome);
}

// How the run ended, in a word for the metrics.
std::string_view MailboxRun::fail(const SourceError& error, Timestamp now, SyncEnd& into) {
    if (error.fault == Fault::Stopped) {
        // Under way still: the next worker goes on at once, or once the backend has room.
        into.due = held_ ? now + heldPause : now;
        if (!held_ && handled_ == 0) into.due = lease_.mailbox.due;
        return held_ ? "held" : "stopped";
    }
    progress_.phase = SyncPhase::Failed;
    progress_.finished = now;
    progress_.error = error.message;
    progress_.secondsLeft.reset();
    ++progress_.troubles;
    into.due = now + parts_.schedule.afterTrouble(progress_.troubles, parts_.random());
    switch (error.fault) {
        case Fault::Broken:
            progress_.broken = true;
            into.due = now + never;
            return "broken";
        case Fault::Limited: into.due = std::max(now, error.until.value_or(into.due)); return "limited";
        default: return "failed";
    }
}

void MailboxRun::note(std::string_view outcome) {
    parts_.metrics.runEnded(source_.name(), outcome);
    const bool trouble = progress_.phase == SyncPhase::Failed;
    observe::log(parts_.log,
                 trouble              ? Level::Warning
                 : outcome == "quiet" ? Level::Debug
                                      : Level::Info,
                 "sync_run",
                 {{"mailbox", lease_.mailbox.id},
                  {"user", lease_.mailbox.user},
                  {"source", std::string_view(lease_.mailbox.source)},
                  {"run", progress_.run},
                  {"outcome", outcome},
                  {"found", progress_.found},
                  {"queued", progress_.queued},
                  {"skipped", progress_.skipped},
                  {"failed", progress_.failed},
                  {"reason", std::string_view(progress_.error)}});
}

}  // namespace nextjob::ingest
