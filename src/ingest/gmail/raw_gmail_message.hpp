#pragma once

#include "ingest/gmail/gmail_types.hpp"
#include "model/raw_message.hpp"
#include "model/user.hpp"

namespace nextjob::ingest {

// A message of Gmail's for the queue. The same mail that came from a file before is the same message.
RawMessage rawMessage(GmailMessage message, UserId user);

}  // namespace nextjob::ingest
