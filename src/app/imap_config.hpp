#pragma once

#include "app/environment.hpp"
#include "model/error.hpp"
#include "net/imap/imap_stream.hpp"

namespace nextjob::app {

// What IMAP_ALLOW_PRIVATE_HOSTS and IMAP_CA_FILE say. Invalid as readConfig says.
Result<net::ImapRules> readImapRules(const Environment& environment);

}  // namespace nextjob::app
