#pragma once

#include "queue/queue.hpp"
#include "store/postgres/database.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace nextjob::queue::postgres {

// The queue as tables of the store's own database: a claim skips what others are just claiming. It carries the identity
// of its process, so that what a killed process held is free for the next one of the same machine at once; the lease is
// the net under that. Processes look now and then for what others have put in.
class PostgresQueue final : public Queue {
  public:
    PostgresQueue(store::postgres::Database& database, Options options);

    Task<Result<Accepted>> accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress) override;
    Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait) override;
    Task<Result<void>> acknowledge(std::vector<Claim> claims) override;
    Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) override;
    Task<Result<void>> release(std::vector<Claim> claims) override;
    Task<Result<void>> deadLetter(Claim claim, std::string reason) override;
    Task<Result<int>> revive(UserId user, std::optional<MessageId> message) override;
    Task<Result<Depth>> depth() override;

  private:
    Task<Result<std::vector<Claim>>> claimNow(int count);
    Task<Result<void>> reclaim();
    bool timeToReclaim();

    store::postgres::Database& database_;
    const Options options_;
    const std::string owner_;
    std::atomic<std::int64_t> nextReclaim_{0};  // steady clock, milliseconds
};

}  // namespace nextjob::queue::postgres
