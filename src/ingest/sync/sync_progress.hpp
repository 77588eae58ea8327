#pragma once

#include "model/time.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::ingest {

enum class SyncPhase : std::uint8_t {
    Listing,   // finds out what is new
    Fetching,  // fetches it
    Idle,      // all done; waits for its next turn
    Failed,    // the last run ended in trouble; `error` says which
};
std::string_view nameOf(SyncPhase phase);

// How far the sync of a mailbox is: of the run under way, or the last one. Kept as JSON in Mailbox::progress.
struct SyncProgress {
    std::int64_t run = 0;  // counts the mailbox's runs; one that is cut off goes on under its number
    SyncPhase phase = SyncPhase::Idle;
    std::optional<Timestamp> started{}, finished{};
    // Messages of this run: new to the ledger; brought here; of these sent to analysis, and not; given up on.
    std::int64_t found = 0, fetched = 0, queued = 0, skipped = 0, failed = 0;
    std::optional<std::int64_t> secondsLeft{};  // about, while it fetches
    std::string error{};                        // in plain words, with what to do; "" after a run that went well
    std::string notice{};                       // the same of what the last look had to leave out; "" when it had all
    int troubles = 0;                           // runs in a row that ended in trouble
    bool broken = false;                        // no run until the user connects the account again
    std::optional<Timestamp> retryAt{};         // when every message that failed for now may be tried again

    bool underWay() const { return phase == SyncPhase::Listing || phase == SyncPhase::Fetching; }
};
BOOST_DESCRIBE_STRUCT(SyncProgress, (),
                      (run, phase, started, finished, found, fetched, queued, skipped, failed, secondsLeft, error,
                       notice, troubles, broken, retryAt))

// As JSON: the names above with underscores ("seconds_left"), times in ISO 8601; what has no value is left out.
std::string writeSyncProgress(const SyncProgress& progress);

// Reads what that writes. Anything else counts as no progress yet.
SyncProgress readSyncProgress(std::string_view json);

}  // namespace nextjob::ingest
