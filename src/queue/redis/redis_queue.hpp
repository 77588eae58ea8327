#pragma once

#include "queue/ledger_queue.hpp"
#include "queue/redis/stream.hpp"
#include "queue/waiting.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::queue::redis {

// The queue over Redis Streams. The ledger in the store stays the truth: it says which messages are in the queue, keeps
// their mails and bounds their number. The stream says who works on what. The two can't change together, so the ledger
// changes first and the stream follows: what a crash or an outage keeps from following is found by `sweep` and sent
// again, and what is in the stream without need is dropped at its claim. docs/queue.md goes through every crash.
//
// Redis is spoken to by two threads of this object, each with a connection of its own: one claims, and may wait for
// work at the server; the other does all else.
class RedisQueue final : public Queue {
  public:
    // Connects. Errors as Stream::check.
    static Result<std::unique_ptr<Queue>> open(std::unique_ptr<LedgerQueue> ledger, const Options& options,
                                               const std::string& url);
    ~RedisQueue() override;

    Task<Result<Accepted>> accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress,
                                  std::optional<std::chrono::milliseconds> patience) override;
    Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait) override;
    // Of those elsewhere only this object knows: it holds what they got, and gives it back when its own process dies.
    Task<Result<std::vector<Claim>>> claimFor(std::string holder, int count, std::chrono::milliseconds wait) override;
    Task<Result<void>> releaseOf(std::string holder) override;
    Task<Result<void>> acknowledge(std::vector<Claim> claims) override;
    Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) override;
    Task<Result<void>> release(std::vector<Claim> claims) override;
    Task<Result<void>> deadLetter(Claim claim, std::string reason) override;
    Task<Result<int>> revive(UserId user, std::optional<MessageId> message) override;
    Task<Result<Depth>> depth() override;
    Task<Result<void>> ping() override;
    LedgerQueue& ledger() override { return *ledger_; }

  private:
    // What this object has claimed and not yet ended.
    struct Held {
        Holding holding;
        std::int64_t ticket = 0;
        std::string holder;  // elsewhere; "" here
    };
    struct Taken {
        Delivery delivery;
        std::int64_t ticket = 0;
    };

    RedisQueue(std::unique_ptr<LedgerQueue> ledger, const Options& options, Address address);

    template <class Work>
    auto onCommands(Work work);

    Task<Result<void>> send(std::vector<std::pair<MessageId, const RawMessage*>> messages);
    Task<Result<void>> sweep();
    Task<Result<void>> sendAgain(std::vector<MessageId> messages);
    Task<void> sweepIfDue();

    // On the claiming thread, as are the next two.
    Result<std::vector<Taken>> take(const std::string& holder, int count, WaitClock::time_point deadline);
    Result<void> reclaim();
    Result<void> returnOrphans();
    std::vector<Taken> hold(const std::string& holder, std::vector<Delivery> deliveries);
    Task<Result<std::vector<Claim>>> toClaims(std::vector<Taken> taken);
    Task<Result<std::vector<Taken>>> dropEnded(std::vector<Taken> taken);
    Task<Result<std::vector<Claim>>> readEvents(std::vector<Taken> taken);
    Task<Result<void>> giveUp(Holding holding, DeadLetter letter);
    std::optional<Holding> letGo(MessageId message, std::int64_t ticket);

    const std::unique_ptr<LedgerQueue> ledger_;
    const Options options_;
    const std::string consumer_;
    Stream commands_, claims_;  // each for its thread
    Interval sweep_, reclaim_;
    // Connections made: behind a new one answers, or the server's data, may be lost.
    std::atomic<std::uint64_t> commandConnections_{0}, claimConnections_{0}, sweptConnections_{0};
    std::mutex mutex_;
    std::map<MessageId, Held> held_;  // guarded by mutex_
    std::int64_t tickets_ = 0;        // guarded by mutex_
    // Last, so that they end first. Each has one thread.
    boost::asio::thread_pool commandThread_{1}, claimThread_{1};
};

}  // namespace nextjob::queue::redis
