#pragma once

#include "model/time.hpp"
#include "queue/queue.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::queue {

// A queue inside the store's own database, so that ledger, queue and offers change in one transaction. By itself it is
// all that a queue needs. A queue on another server stands on one: its tables say what must be on that server, and keep
// each mail until its offers are stored.
class LedgerQueue : public Queue {
  public:
    Task<Result<Accepted>> accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress,
                                  std::optional<std::chrono::milliseconds> patience) final {
        return enter(std::make_shared<const std::vector<RawMessage>>(std::move(messages)), progress, patience);
    }
    // The same for a caller who goes on using the messages.
    virtual Task<Result<Accepted>> enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                         std::optional<ImportProgress> progress,
                                         std::optional<std::chrono::milliseconds> patience) = 0;

    // Messages in the queue beyond that id, by id, at most `limit`.
    virtual Task<Result<std::vector<MessageId>>> waiting(MessageId beyond, int limit) = 0;
    // Those of these that are still in the queue: not ended, and their user not deleted.
    virtual Task<Result<std::vector<MessageId>>> stillWaiting(std::vector<MessageId> messages) = 0;
    // The mails of these, as far as they are still in the queue.
    virtual Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> read(std::vector<MessageId> messages) = 0;

    // Whoever holds the message: an attempt that failed, and the last one that did.
    virtual Task<Result<void>> noteFailure(MessageId message, std::string reason, int attempts) = 0;
    virtual Task<Result<void>> bury(MessageId message, std::string reason, int attempts) = 0;

    // The user's address. NotFound: no such user.
    virtual Task<Result<std::string>> emailOf(UserId user) = 0;

    virtual Timestamp now() const = 0;

    // It has no server of its own.
    Task<Result<void>> ping() override { co_return Result<void>{}; }
    LedgerQueue& ledger() final { return *this; }
};

}  // namespace nextjob::queue
