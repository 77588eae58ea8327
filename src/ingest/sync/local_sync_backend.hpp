#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "queue/waiting.hpp"
#include "store/signal.hpp"

#include <stop_token>
#include <string>

namespace nextjob::auth {
class GoogleConnections;
}
namespace nextjob::store {
class Mailboxes;
}

namespace nextjob::ingest {

class ImapLogins;

// The backend where store and queue are in this process. What a process held that died on this machine is free within a
// second; for the dead elsewhere there is the lease.
class LocalSyncBackend final : public SyncBackend {
  public:
    // Everything given outlives it. `google` and `imap` may be null: nobody can connect such a mailbox here. The
    // queue's accept should wait for room no longer than a moment. `owner` names this worker.
    LocalSyncBackend(store::Mailboxes& mailboxes, queue::Queue& queue, auth::GoogleConnections* google,
                     ImapLogins* imap, std::string owner)
        : mailboxes_(mailboxes), queue_(queue), google_(google), imap_(imap), owner_(std::move(owner)) {}

    // Looks now for mailboxes that are due, instead of a quarter of a second later; from any thread.
    void wake() { changed_.notify(); }

    Task<Result<std::vector<MailboxLease>>> lease(std::vector<std::string> sources, int count,
                                                  std::chrono::milliseconds wait) override;
    Task<Result<void>> extend(LeaseKey key) override;
    Task<Result<std::string>> gmailToken(UserId user, std::string refused, std::stop_token stop) override;
    Task<Result<ImapLogin>> imapLogin(UserId user) override;
    Task<Result<void>> imapRefused(UserId user, std::int64_t version, std::string reason) override;
    Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                              std::vector<std::string> seen) override;
    Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) override;
    Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) override;
    Task<Result<void>> finish(LeaseKey key, SyncEnd end) override;
    Task<Result<queue::Accepted>> accept(LeaseKey key, std::vector<RawMessage> messages) override;

  private:
    Task<Result<void>> freeLeasesOfTheDead();

    store::Mailboxes& mailboxes_;
    queue::Queue& queue_;
    auth::GoogleConnections* const google_;
    ImapLogins* const imap_;
    const std::string owner_;
    store::Signal changed_;
    queue::Interval reclaim_{queue::reclaimEvery};
};

}  // namespace nextjob::ingest
