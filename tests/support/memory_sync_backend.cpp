#include "support/memory_sync_backend.hpp"

#include "net/http/retry.hpp"

#include <algorithm>

namespace nextjob::test {

MemorySyncBackend::Box& MemorySyncBackend::add(MailboxId id, const std::string& source) {
    const std::scoped_lock lock(mutex_);
    Box& made = boxes_[id];
    made.mailbox = Mailbox{.id = id, .user = id + 100, .source = source, .settings = "{}"};
    return made;
}

MemorySyncBackend::Box MemorySyncBackend::box(MailboxId id) {
    const std::scoped_lock lock(mutex_);
    return boxes_.at(id);
}

void MemorySyncBackend::change(MailboxId id, const std::function<void(Box&)>& how) {
    const std::scoped_lock lock(mutex_);
    how(boxes_.at(id));
}

std::vector<RawMessage> MemorySyncBackend::acceptedSoFar() {
    const std::scoped_lock lock(mutex_);
    return accepted_;
}

template <class T, class Work>
Result<T> MemorySyncBackend::with(const char* call, LeaseKey key, Work work) {
    if (trouble)
        if (const auto error = trouble(call)) return std::unexpected(*error);
    const std::scoped_lock lock(mutex_);
    const auto found = boxes_.find(key.mailbox);
    if (found == boxes_.end() || found->second.fence != key.fence || !found->second.held)
        return failure(ErrorCode::Conflict, "the lease is another's");
    return work(found->second);
}

std::vector<MailboxLease> MemorySyncBackend::take(const std::vector<std::string>& sources, int count) {
    const std::scoped_lock lock(mutex_);
    std::vector<MailboxLease> leases;
    for (auto& [id, box] : boxes_) {
        const bool mine = std::ranges::find(sources, box.mailbox.source) != sources.end();
        if (!mine || box.held || box.mailbox.due > currentTime() || std::ssize(leases) >= count) continue;
        box.held = true;
        ++box.leases;
        leases.push_back({.key = {id, ++box.fence}, .mailbox = box.mailbox, .rules = box.rules});
    }
    return leases;
}

Task<Result<std::vector<MailboxLease>>> MemorySyncBackend::lease(std::vector<std::string> sources, int count,
                                                                 std::chrono::milliseconds /*wait*/) {
    if (trouble)
        if (const auto error = trouble("lease")) co_return std::unexpected(*error);
    std::vector<MailboxLease> leases = take(sources, count);
    if (leases.empty()) co_await net::pause(std::chrono::milliseconds(5));
    co_return leases;
}

Task<Result<void>> MemorySyncBackend::extend(LeaseKey key) {
    co_return with<void>("extend", key, [](Box& box) -> Result<void> {
        ++box.extended;
        return {};
    });
}

Task<Result<std::string>> MemorySyncBackend::gmailToken(UserId user, std::string refused, std::stop_token) {
    if (tokens) co_return tokens(user, refused);
    co_return failure(ErrorCode::NotFound, "nothing is connected");
}

Task<Result<ingest::ImapLogin>> MemorySyncBackend::imapLogin(UserId /*user*/) {
    co_return failure(ErrorCode::NotFound, "nothing is connected");
}

Task<Result<void>> MemorySyncBackend::imapRefused(UserId /*user*/, std::int64_t /*version*/, std::string /*reason*/) {
    co_return Result<void>{};
}

Task<Result<int>> MemorySyncBackend::advance(LeaseKey key, std::string cursor, std::string progress,
                                             std::vector<std::string> seen) {
    co_return with<int>("advance", key, [&](Box& box) -> Result<int> {
        int fresh = 0;
        for (std::string& id : seen) {
            if (std::ranges::find(box.rows, id, &Row::sourceId) != box.rows.end()) continue;
            box.rows.push_back({.id = ++ids_, .sourceId = std::move(id)});
            ++fresh;
        }
        if (!cursor.empty()) box.mailbox.cursor = std::move(cursor);
        if (!progress.empty()) box.mailbox.progress = std::move(progress);
        return fresh;
    });
}

Task<Result<std::vector<UnfetchedMessage>>> MemorySyncBackend::toFetch(LeaseKey key, int limit) {
    co_return with<std::vector<UnfetchedMessage>>("toFetch", key, [&](Box& box) {
        std::vector<UnfetchedMessage> found;
        for (const Row& row : box.rows)
            if (row.state == MessageState::Seen && row.nextTry <= currentTime() && std::ssize(found) < limit)
                found.push_back({row.id, row.sourceId, row.attempts, row.wanted});
        return Result<std::vector<UnfetchedMessage>>(std::move(found));
    });
}

Task<Result<void>> MemorySyncBackend::end(LeaseKey key, std::vector<FetchOutcome> outcomes) {
    co_return with<void>("end", key, [&](Box& box) -> Result<void> {
        for (const FetchOutcome& outcome : outcomes) {
            const auto row = std::ranges::find(box.rows, outcome.message, &Row::id);
            if (row == box.rows.end() || row->state != MessageState::Seen) continue;
            using End = FetchOutcome::End;
            row->reason = outcome.reason;
            if (outcome.end == End::TryLater) {
                ++row->attempts;
                row->nextTry = outcome.nextTry;
            } else {
                row->state = outcome.end == End::Dead ? MessageState::Dead : MessageState::Skipped;
            }
        }
        return {};
    });
}

Task<Result<void>> MemorySyncBackend::finish(LeaseKey key, SyncEnd end) {
    co_return with<void>("finish", key, [&](Box& box) -> Result<void> {
        if (!end.cursor.empty()) box.mailbox.cursor = end.cursor;
        if (!end.progress.empty()) box.mailbox.progress = end.progress;
        box.mailbox.due = end.due;
        box.mailbox.idleRuns = end.idleRuns;
        box.mailbox.asked.reset();
        box.held = false;
        box.lastEnd = std::move(end);
        return {};
    });
}

Task<Result<queue::Accepted>> MemorySyncBackend::accept(LeaseKey key, std::vector<RawMessage> messages) {
    co_return with<queue::Accepted>("accept", key, [&](Box& box) -> Result<queue::Accepted> {
        for (const RawMessage& message : messages)
            if (refuse)
                if (const auto error = refuse(message)) return std::unexpected(*error);
        queue::Accepted accepted;
        for (RawMessage& message : messages) {
            const auto row = std::ranges::find(box.rows, message.seen, &Row::id);
            const bool fresh = row != box.rows.end() && row->state == MessageState::Seen;
            if (fresh) row->state = MessageState::Queued;
            ++(fresh ? accepted.fresh : accepted.duplicates);
            accepted.items.push_back({.message = message.seen, .duplicate = !fresh});
            accepted_.push_back(std::move(message));
        }
        return accepted;
    });
}

}  // namespace nextjob::test
