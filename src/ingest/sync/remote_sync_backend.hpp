#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "net/backend/backend_client.hpp"

#include <stop_token>
#include <string>

namespace nextjob::ingest {

// The backend elsewhere, over /service/mailboxes. Its leases are in the name of this process.
class RemoteSyncBackend final : public SyncBackend {
  public:
    // The client outlives it.
    explicit RemoteSyncBackend(net::BackendClient& backend);

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
    Task<Result<std::string>> post(std::string route, std::string body, std::chrono::milliseconds wait = {},
                                   std::stop_token stop = {});
    Task<Result<void>> tell(std::string route, std::string body);

    net::BackendClient& backend_;
    const std::string worker_;
};

}  // namespace nextjob::ingest
