#pragma once

#include "queue/queue.hpp"
#include "store/sqlite/database.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace nextjob::queue::sqlite {

// The queue as tables of the store's own database. A claim carries the identity of its process, so that what
// a killed process held is free for the next one at once; the lease is the net under that.
class SqliteQueue final : public Queue {
  public:
    SqliteQueue(store::sqlite::Database& database, Options options);

    Task<Result<Accepted>> accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress) override;
    Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait) override;
    Task<Result<void>> acknowledge(std::vector<Claim> claims) override;
    Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) override;
    Task<Result<void>> release(std::vector<Claim> claims) override;
    Task<Result<void>> deadLetter(Claim claim, std::string reason) override;
    Task<Result<int>> revive(UserId user, std::optional<MessageId> message) override;
    Task<Result<Depth>> depth() override;

  private:
    struct Ticket;

    Task<Result<std::vector<Ticket>>> take(int count);
    Task<Result<std::vector<Claim>>> claimNow(int count);
    bool timeToReclaim();

    store::sqlite::Database& database_;
    const Options options_;
    const std::string owner_;
    std::atomic<std::int64_t> nextReclaim_{0};  // steady clock, milliseconds
};

}  // namespace nextjob::queue::sqlite
