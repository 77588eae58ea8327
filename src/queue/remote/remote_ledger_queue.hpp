#pragma once

#include "net/backend/backend_client.hpp"
#include "queue/ledger_queue.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace nextjob::queue::remote {

// The queue of a worker that has no database: the backend's, over /service/queue. What it claims is held in the name of
// this process, so that the backend frees it at once when the process dies on its machine, else when its lease ends.
//
// Answers can be lost. What a claim got whose answer never came is given back by the next claims; so is what could not
// be released, or given another try, while the backend was away.
class RemoteLedgerQueue final : public LedgerQueue {
  public:
    // The client outlives it.
    explicit RemoteLedgerQueue(net::BackendClient& backend, Options options = {});

    Task<Result<Accepted>> enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                 std::optional<ImportProgress> progress,
                                 std::optional<std::chrono::milliseconds> patience) override;
    Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait) override;
    // These two throw: nobody has a worker without a database hold anything for others.
    Task<Result<std::vector<Claim>>> claimFor(std::string holder, int count, std::chrono::milliseconds wait) override;
    Task<Result<void>> releaseOf(std::string holder) override;
    Task<Result<void>> acknowledge(std::vector<Claim> claims) override;
    Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) override;
    Task<Result<void>> release(std::vector<Claim> claims) override;
    Task<Result<void>> deadLetter(Claim claim, std::string reason) override;
    Task<Result<int>> revive(UserId user, std::optional<MessageId> message) override;
    Task<Result<Depth>> depth() override;
    Task<Result<void>> ping() override;

    Task<Result<std::vector<MessageId>>> waiting(MessageId beyond, int limit) override;
    Task<Result<std::vector<MessageId>>> stillWaiting(std::vector<MessageId> messages) override;
    Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> read(std::vector<MessageId> messages) override;
    Task<Result<void>> noteFailure(MessageId message, std::string reason, int attempts) override;
    Task<Result<void>> bury(MessageId message, std::string reason, int attempts) override;
    Task<Result<std::string>> emailOf(UserId user) override;
    Timestamp now() const override { return currentTime(); }

  private:
    using Clock = std::chrono::steady_clock;

    Task<Result<std::vector<Claim>>> claimOnce(int count, std::chrono::milliseconds wait);
    Task<Result<void>> giveBackOwed();
    void owe(std::vector<Claim> claims);
    std::vector<std::int64_t> lostCalls();
    Task<Result<std::string>> post(std::string route, std::string body);
    Task<Result<void>> tell(std::string route, std::string body);

    net::BackendClient& backend_;
    const Options options_;
    const std::string worker_;
    std::mutex mutex_;
    std::int64_t calls_;  // the number of the last claim; guarded by mutex_, as are the next two
    // Those without an answer, each with the moment from which the backend acts on it no more.
    std::map<std::int64_t, Clock::time_point> lost_;
    std::vector<Claim> owed_;  // to be given back; without their mails
};

}  // namespace nextjob::queue::remote
