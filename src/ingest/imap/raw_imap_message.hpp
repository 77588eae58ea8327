#pragma once

#include "ingest/sync/source_sync.hpp"

#include <string>

namespace nextjob::ingest {

// A mail from an IMAP server for the queue; its first words beside it. The same mail that came from another folder or
// source before is the same message.
FetchedMessage rawImapMessage(std::string bytes, bool truncated, UserId user, std::string sourceId);

}  // namespace nextjob::ingest
