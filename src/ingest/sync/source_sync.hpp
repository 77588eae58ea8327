#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "model/mailbox.hpp"
#include "model/raw_message.hpp"
#include "model/task.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// What a source of mail (Gmail, IMAP, …) does for a run over one mailbox. What is the same for all of them is the
// runner's: the lease, the filter, the queue, progress, trying again, when the next run begins.
namespace nextjob::ingest {

// Why a source could not go on, by what becomes of the mailbox.
struct SourceError {
    enum class Fault {
        Broken,     // the user must connect the account (again): no run until then
        Limited,    // not before `until`
        Temporary,  // trying again later may help
        Refused,    // trying again does not help for long: the server does not take what we ask
        Stopped,    // the run is to end: its lease has gone, the backend does not answer, or the program stops
    };

    Fault fault;
    std::string message;  // plain words for the user; nothing of passwords, tokens or mail
    std::optional<Timestamp> until{};
};

template <class T = void>
using SourceResult = std::expected<T, SourceError>;

inline std::unexpected<SourceError> sourceFailure(SourceError::Fault fault, std::string message) {
    return std::unexpected(SourceError{fault, std::move(message)});
}

// The run that a source works for; outlives what it calls.
class SyncRun {
  public:
    virtual ~SyncRun() = default;

    virtual const Mailbox& mailbox() const = 0;  // as it was leased, with the newest cursor
    virtual SyncBackend& backend() = 0;          // for tokens and logins

    // Whether this run goes on one that was cut off (by a kill, a full queue): its counts stand in the progress yet.
    virtual bool resumed() const = 0;

    // In one transaction: ids that were seen become rows of the ledger, where it lacks them, and the cursor is kept
    // ("": as it is). Any number of ids; twice is no harm. A crash after it goes on from this cursor, before it from
    // the last. Also holds the lease on. Stopped: hand it on at once.
    virtual Task<SourceResult<int>> advance(std::string cursor, std::vector<std::string> seen) = 0;
};

// Why a message that was seen has no bytes. `message` of it is the runner's to set, as is `nextTry`.
using NotFetched = FetchOutcome;

// A message as it was fetched: whole (user, source, key and bytes set; subject and sender where the source knows them;
// `RawMessage::seen` is the runner's); or not, for a reason of its own; or left as it is by an error that ends the run
// once the others of the batch are dealt with.
struct FetchedMessage {
    std::variant<NotFetched, SourceError, RawMessage> mail;
    std::string snippet{};  // the first words of its text, if the source has them anyway; UTF-8

    // Why the source does not want it analysed though it is whole ("it is in the spam folder"); "" when it does. The
    // user can overrule it.
    std::string unwanted{};
};

// What a look brought.
struct SyncLook {
    bool watched = false;  // the source will be told of new mail (push): looks are a rare net
    // What the user has chosen and can't be read, though the rest is; in plain words, with what to do.
    std::string notice{};
};

// One run of a source over one mailbox; on one thread at a time.
class SourceRun {
  public:
    virtual ~SourceRun() = default;

    // Finds what is new since the cursor and enters it by SyncRun::advance, page by page. Called once in a run, before
    // any fetch. What was entered is fetched also after an error.
    virtual Task<SourceResult<SyncLook>> look() = 0;

    // Fetches messages of the ledger by their source ids: as many results, in the same order. An error of the whole
    // leaves them all as they are, and ends the run.
    virtual Task<SourceResult<std::vector<FetchedMessage>>> fetch(std::vector<std::string> sourceIds) = 0;
};

// A kind of mailbox. Shared by all threads; outlives its runs.
class SourceSync {
  public:
    virtual ~SourceSync() = default;

    virtual std::string name() const = 0;        // as in Mailbox::source
    virtual std::size_t fetchBatch() const = 0;  // most messages of one fetch

    // Connects to nothing yet.
    virtual std::unique_ptr<SourceRun> begin(SyncRun& run) = 0;
};

}  // namespace nextjob::ingest
