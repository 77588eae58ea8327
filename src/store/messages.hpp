#pragma once

#include "model/error.hpp"
#include "model/message_record.hpp"
#include "model/page.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::store {

// Which messages to list. Empty fields don't restrict.
struct MessageFilter {
    std::optional<MessageState> state;
    std::optional<ImportId> import;
};

struct MessageCounts {
    std::int64_t seen = 0, queued = 0, done = 0, skipped = 0, dead = 0;

    std::int64_t all() const { return seen + queued + done + skipped + dead; }
};

// The ledger: every message that was ever seen and what became of it. Rows enter through queue::Queue::accept
// and end through Offers::ingest or queue::Queue::deadLetter.
class Messages {
  public:
    virtual ~Messages() = default;

    virtual Task<Result<MessageRecord>> find(UserId user, MessageId id) = 0;          // NotFound
    virtual Task<Result<MessageRecord>> findByKey(UserId user, std::string key) = 0;  // NotFound
    // Which of these keys the ledger has for the user, in the order given.
    virtual Task<Result<std::vector<bool>>> known(UserId user, std::vector<std::string> keys) = 0;
    // Which of these the ledger has, by the ids that the source itself gives its messages, in the order given.
    virtual Task<Result<std::vector<bool>>> knownAt(UserId user, std::string source, std::vector<std::string> ids) = 0;
    // Enters messages that a service has dealt with itself, as done; which of them are new, in the order given.
    // NotFound: no such user.
    virtual Task<Result<std::vector<bool>>> mark(UserId user, std::string source, std::vector<std::string> ids) = 0;
    // Newest first.
    virtual Task<Result<Page<MessageRecord>>> list(UserId user, MessageFilter filter, PageRequest page) = 0;
    virtual Task<Result<MessageCounts>> counts(UserId user) = 0;
};

}  // namespace nextjob::store
