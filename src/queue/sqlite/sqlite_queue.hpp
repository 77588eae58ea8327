#pragma once

#include "queue/ledger_queue.hpp"
#include "queue/waiting.hpp"
#include "store/sqlite/database.hpp"

#include <memory>
#include <string>

namespace nextjob::queue::sqlite {

// The queue as tables of the store's own database. A claim carries the identity of its process, so that what
// a killed process held is free for the next one at once; the lease is the net under that.
class SqliteQueue final : public LedgerQueue {
  public:
    SqliteQueue(store::sqlite::Database& database, Options options);

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
    struct Ticket;

    Task<Result<std::vector<Ticket>>> take(std::string holder, int count);
    Task<Result<std::vector<Claim>>> claimNow(std::string holder, int count);

    store::sqlite::Database& database_;
    const Options options_;
    const std::string owner_;
    Interval reclaim_{reclaimEvery};
};

}  // namespace nextjob::queue::sqlite
