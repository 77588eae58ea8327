#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "store/messages.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextjob::store {

class Users;
class Sessions;
class Skills;
class Preferences;
class Imports;
class Offers;
class GoogleCredentials;
class ImapAccounts;
class Mailboxes;
class SenderRules;

// How much is kept in all.
struct Totals {
    std::int64_t users = 0;
    std::int64_t offers = 0;
    MessageCounts messages;
};

// The engine's connections and the calls that wait for one, now.
struct Connections {
    std::int64_t open = 0;
    std::int64_t waiting = 0;
};

// All that NextJob keeps, by noun, whatever database is below. Made by store::open, owned by app/; shared by
// all threads. Every call is a coroutine that resumes on its caller's executor. The store must outlive the
// calls: end those first; the destructor finishes what was begun and closes the database.
//
// Errors of every call besides those named at it: Unavailable (locked too long, disk full, server gone:
// nothing of the call was stored) and Internal (a damaged database, a fault of ours).
class Store {
  public:
    virtual ~Store() = default;

    virtual Users& users() = 0;
    virtual Sessions& sessions() = 0;
    virtual Skills& skills() = 0;
    virtual Preferences& preferences() = 0;
    virtual Messages& messages() = 0;
    virtual Imports& imports() = 0;
    virtual Offers& offers() = 0;
    virtual GoogleCredentials& googleCredentials() = 0;
    virtual ImapAccounts& imapAccounts() = 0;
    virtual Mailboxes& mailboxes() = 0;
    virtual SenderRules& senderRules() = 0;

    // Whether a query is answered now; for readiness.
    virtual Task<Result<void>> ping() = 0;

    // Of all users together, for metrics; up to half a minute old, since counting millions of rows takes a while.
    virtual Task<Result<Totals>> totals() = 0;
    virtual Connections connections() const = 0;

    // One line for a person: engine, its version and where the data is.
    virtual std::string describe() const = 0;
    // The migrations that opening this store applied, in order; empty when the schema was up to date.
    virtual std::vector<std::string> migrationsApplied() const = 0;
    // Sentences on what is damaged; empty when all is well. Reads the whole database.
    virtual Task<Result<std::vector<std::string>>> check() = 0;
    // A consistent copy while work goes on, complete or not there at all; an older copy in its place is
    // replaced. Conflict when the file is the live database.
    virtual Task<Result<void>> backup(std::filesystem::path file) = 0;
    // Gives space that deletions left behind back to the disk.
    virtual Task<Result<void>> vacuum() = 0;
};

}  // namespace nextjob::store
