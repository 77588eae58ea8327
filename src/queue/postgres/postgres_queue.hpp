#pragma once

#include "queue/ledger_queue.hpp"
#include "queue/waiting.hpp"
#include "store/postgres/database.hpp"

#include <memory>
#include <string>

namespace nextjob::queue::postgres {

// The queue as tables of the store's own database: a claim skips what others are just claiming. It carries the identity
// of its process, so that what a killed process held is free for the next one of the same machine at once; the lease is
// the net under that. Processes look now and then for what others have put in.
class PostgresQueue final : public LedgerQueue {
  public:
    PostgresQueue(store::postgres::Database& database, Options options);

    Task<Result<Accepted>> enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                 std::optional<ImportProgress> progress,
                                 std::optional<std::chrono::milliseconds> patience) override;
    Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait) override;
    Task<Result<std::vector<Claim>>> claimFor(std::string holder, int count, std::chrono::milliseconds wait) override;
    Task<Result<void>> releaseOf(std::string holder) override;
    Task<Result<void>> acknowledge(std::vector<Claim> claims) override;
    Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) override;
    Task<Result<void>> release(std::vector<Claim> claims) override;
    Task<Result<void>> deadLetter(Claim claim, std::string reason) override;
    Task<Result<int>> revive(UserId user, std::optional<MessageId> message) override;
    Task<Result<Depth>> depth() override;

    Task<Result<std::vector<MessageId>>> waiting(MessageId beyond, int limit) override;
    Task<Result<std::vector<MessageId>>> stillWaiting(std::vector<MessageId> messages) override;
    Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> read(std::vector<MessageId> messages) override;
    Task<Result<void>> noteFailure(MessageId message, std::string reason, int attempts) override;
    Task<Result<void>> bury(MessageId message, std::string reason, int attempts) override;
    Task<Result<std::string>> emailOf(UserId user) override;
    Timestamp now() const override { return database_.now(); }

  private:
    Task<Result<std::vector<Claim>>> claimNow(std::string holder, int count);
    Task<Result<void>> reclaim();

    store::postgres::Database& database_;
    const Options options_;
    const std::string owner_;
    Interval reclaim_{reclaimEvery};
};

}  // namespace nextjob::queue::postgres
