#pragma once

#include "model/raw_message.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob {

using MailboxId = std::int64_t;

// A user's mailbox elsewhere that is read as mail arrives; one a user and source. What its source must remember between
// two runs, and how far a run is, are JSON of that source's: nothing below reads them.
struct Mailbox {
    MailboxId id = 0;
    UserId user = 0;
    std::string source;                // "gmail", "imap"
    std::string settings;              // JSON: what the user wishes; "{}" for none
    std::string cursor;                // JSON: how far it has been read; "" before the first run
    std::string progress;              // JSON: of the run under way or the last one; "" before the first
    Timestamp due{};                   // when the next run begins
    std::optional<Timestamp> asked{};  // since when someone waits for a run: the user, or a push
    int idleRuns = 0;                  // in a row that found nothing
    bool busy = false;                 // a worker holds it now
    bool broken = false;               // its account lets nobody in: no run until it is connected anew
};

// A worker's right to sync one mailbox alone, for a while. The fence counts the leases of a mailbox: what a worker
// writes whose lease has passed to another is refused.
struct LeaseKey {
    MailboxId mailbox = 0;
    std::int64_t fence = 0;
};

// What a user has said of a sender's mail.
struct SenderRule {
    std::string sender;  // an address, or a domain with all below it ("@example.org"); lower case
    bool read = false;   // always, or never
};

struct MailboxLease {
    LeaseKey key;
    Mailbox mailbox;
    std::vector<SenderRule> rules;  // of the user, at most 1000
};

// A message that the ledger knows by its source's id only.
struct UnfetchedMessage {
    MessageId message = 0;
    std::string sourceId;
    int attempts = 0;     // of fetching that failed
    bool wanted = false;  // the user says that it is a job mail
};

// What became of an unfetched message that goes no further now.
struct FetchOutcome {
    enum class End : std::uint8_t {
        Skipped,   // by the filter, or it is gone, or too large
        Dead,      // trying again does not help
        TryLater,  // stays seen; counts as an attempt
    };

    MessageId message = 0;
    End end = End::Skipped;
    std::string reason;           // for the user
    Timestamp nextTry{};          // of TryLater
    std::string subject, sender;  // as far as known; "" leaves what the ledger has
    std::optional<Timestamp> receivedAt{};
};

// How a run left its mailbox.
struct SyncEnd {
    std::string cursor, progress;  // "" leaves them
    Timestamp due{};               // of the next run; sooner if someone has asked meanwhile
    int idleRuns = 0;
};

}  // namespace nextjob
