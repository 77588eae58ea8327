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
    std::vector<MessageState> states;
    std::optional<ImportId> import{};
    std::string source{};
};

struct MessageCounts {
    std::int64_t seen = 0, queued = 0, done = 0, skipped = 0, dead = 0;

    std::int64_t all() const { return seen + queued + done + skipped + dead; }
};

// The ledger: every message that was ever seen and what became of it. Rows enter through Mailboxes::advance, as seen,
// or through queue::Queue::accept; they end through Mailboxes::end, Offers::ingest or queue::Queue::deadLetter.
class Messages {
  public:
    virtual ~Messages() = default;

    virtual Task<Result<MessageRecord>> find(UserId user, MessageId id) = 0;  // NotFound
    // Whose it is, for operators, who know a message by its number in the log. NotFound.
    virtual Task<Result<UserId>> ownerOf(MessageId id) = 0;
    virtual Task<Result<MessageRecord>> findByKey(UserId user, std::string key) = 0;  // NotFound
    // Those that the source calls so, the oldest first: one, unless a file brought it before.
    virtual Task<Result<std::vector<MessageRecord>>> findAtSource(UserId user, std::string source,
                                                                  std::string sourceId) = 0;
    // Which of these keys the ledger has for the user, in the order given.
    virtual Task<Result<std::vector<bool>>> known(UserId user, std::vector<std::string> keys) = 0;
    // Which of these the ledger has, by the ids that the source itself gives its messages, in the order given.
    virtual Task<Result<std::vector<bool>>> knownAt(UserId user, std::string source, std::vector<std::string> ids) = 0;
    // Enters messages that a service has dealt with itself, as done; which of them are new, in the order given.
    // NotFound: no such user.
    virtual Task<Result<std::vector<bool>>> mark(UserId user, std::string source, std::vector<std::string> ids) = 0;
    // The user says that a message is a job mail which was skipped before it was fetched: it is seen again, as wanted,
    // and its mailbox due now. As it is then. NotFound; Conflict: it is no such message, or its mailbox is not
    // connected.
    virtual Task<Result<MessageRecord>> want(UserId user, MessageId id) = 0;
    // Newest first.
    virtual Task<Result<Page<MessageRecord>>> list(UserId user, MessageFilter filter, PageRequest page) = 0;
    virtual Task<Result<MessageCounts>> counts(UserId user) = 0;
};

}  // namespace nextjob::store
