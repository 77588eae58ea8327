#pragma once

#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob {

using ImportId = std::int64_t;

enum class ImportState : std::uint8_t {
    Receiving,  // the file is on its way to the spool
    Reading,    // its messages are being put into the queue
    Analysing,  // all are in the queue, not all are analysed
    Done,
    Failed,  // the file can't be read; `error` says why. Messages already queued are still analysed
};

// A file of mail that a user gave, and how far it is.
struct Import {
    ImportId id = 0;
    UserId user = 0;
    std::string fileName;   // as the user calls it
    std::string spoolPath;  // where its bytes are on this machine
    ImportState state = ImportState::Receiving;
    std::string error;
    std::uint64_t bytes = 0;  // of the whole file
    std::uint64_t bytesRead = 0;
    std::int64_t seen = 0;     // messages read from the file so far
    std::int64_t fresh = 0;    // of these, new to this user
    std::int64_t done = 0;     // of the fresh ones: analysed
    std::int64_t skipped = 0;  // … not analysed, for a reason that the ledger has
    std::int64_t dead = 0;     // … given up on after retries
    std::int64_t offersNew = 0;
    std::int64_t offersUpdated = 0;  // offers that were known and were seen once more
    Timestamp created;
    Timestamp updated;
    std::optional<Timestamp> finished;

    std::int64_t duplicates() const { return seen - fresh; }
    std::int64_t pending() const { return fresh - done - skipped - dead; }
};

struct NewImport {
    UserId user = 0;
    std::string fileName;
    std::string spoolPath;
    std::uint64_t bytes = 0;
    ImportState state = ImportState::Receiving;  // Reading when the file is there already
};

// How far the reader of an import is, in absolute numbers, so that a reader that starts anew after a crash
// tells the truth again.
struct ImportProgress {
    ImportId import = 0;
    std::uint64_t bytesRead = 0;
    std::int64_t seen = 0;
};

}  // namespace nextjob
