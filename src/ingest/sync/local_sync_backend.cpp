#include "ingest/sync/local_sync_backend.hpp"

#include "auth/google/google_connections.hpp"
#include "ingest/sync/imap_logins.hpp"
#include "queue/process_identity.hpp"
#include "store/mailboxes.hpp"

#include <algorithm>

namespace nextjob::ingest {

namespace {

using Clock = std::chrono::steady_clock;

// How often to look for mailboxes that became due, or that another process was asked for.
constexpr std::chrono::milliseconds lookInterval{250};
// What a mailbox waits for room in the queue: no longer than a moment, since others have their turn then.
constexpr std::chrono::milliseconds patience{500};

}  // namespace

Task<Result<std::vector<MailboxLease>>> LocalSyncBackend::lease(std::vector<std::string> sources, int count,
                                                                std::chrono::milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    const std::shared_ptr<store::Signal::Waiter> changed = co_await changed_.subscribe();
    while (true) {
        if (reclaim_.isDue())
            if (auto freed = co_await freeLeasesOfTheDead(); !freed)
                co_return std::unexpected(std::move(freed.error()));
        auto leased = co_await mailboxes_.lease(owner_, sources, count, leaseLength);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (!leased || !leased->empty() || left.count() <= 0) co_return leased;
        co_await store::Signal::wait(changed, std::min(left, lookInterval));
    }
}

Task<Result<void>> LocalSyncBackend::freeLeasesOfTheDead() {
    const auto holders = co_await mailboxes_.holders();
    if (!holders) co_return std::unexpected(holders.error());
    for (const std::string& holder : *holders) {
        if (!queue::hasDied(holder, queue::Reach::ManyMachines)) continue;
        if (auto freed = co_await mailboxes_.releaseOf(holder); !freed) co_return freed;
    }
    co_return Result<void>{};
}

Task<Result<void>> LocalSyncBackend::extend(LeaseKey key) { co_return co_await mailboxes_.extend(key, leaseLength); }

Task<Result<std::string>> LocalSyncBackend::gmailToken(UserId user, std::string refused, std::stop_token stop) {
    if (google_ == nullptr)
        co_return failure(ErrorCode::Unavailable, "Google is not set up on this server: GOOGLE_CLIENT_ID is not set.");
    co_return co_await google_->accessToken(user, std::move(refused), std::move(stop));
}

Task<Result<ImapLogin>> LocalSyncBackend::imapLogin(UserId user) {
    if (imap_ == nullptr) co_return failure(ErrorCode::NotFound, "No IMAP mailbox is connected.");
    co_return co_await imap_->login(user);
}

Task<Result<void>> LocalSyncBackend::imapRefused(UserId user, std::int64_t version, std::string reason) {
    if (imap_ == nullptr) co_return failure(ErrorCode::NotFound, "No IMAP mailbox is connected.");
    co_return co_await imap_->refused(user, version, std::move(reason));
}

Task<Result<int>> LocalSyncBackend::advance(LeaseKey key, std::string cursor, std::string progress,
                                            std::vector<std::string> seen) {
    co_return co_await mailboxes_.advance(key, std::move(cursor), std::move(progress), std::move(seen));
}

Task<Result<std::vector<UnfetchedMessage>>> LocalSyncBackend::toFetch(LeaseKey key, int limit) {
    co_return co_await mailboxes_.toFetch(key, limit);
}

Task<Result<void>> LocalSyncBackend::end(LeaseKey key, std::vector<FetchOutcome> outcomes) {
    co_return co_await mailboxes_.end(key, std::move(outcomes));
}

Task<Result<void>> LocalSyncBackend::finish(LeaseKey key, SyncEnd end) {
    co_return co_await mailboxes_.finish(key, std::move(end));
}

// Without a look at the lease: what another worker has fetched meanwhile is in the ledger, and comes in once.
Task<Result<queue::Accepted>> LocalSyncBackend::accept(LeaseKey /*key*/, std::vector<RawMessage> messages) {
    co_return co_await queue_.accept(std::move(messages), {}, patience);
}

}  // namespace nextjob::ingest
