#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "model/error.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <string>

namespace nextjob::ingest {

// Opens the logins of connected IMAP accounts where the store and the seal's keys are. Shared by all threads.
class ImapLogins {
  public:
    virtual ~ImapLogins() = default;

    // As SyncBackend has these.
    virtual Task<Result<ImapLogin>> login(UserId user) = 0;
    virtual Task<Result<void>> refused(UserId user, std::int64_t version, std::string reason) = 0;
};

}  // namespace nextjob::ingest
