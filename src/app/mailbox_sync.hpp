#pragma once

#include "app/google_config.hpp"
#include "ingest/gmail/gmail_client.hpp"
#include "ingest/sync/sync_workers.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <optional>

namespace nextjob::ingest {
class ImapClient;
}
namespace nextjob::observe {
class SyncMetrics;
}

namespace nextjob::app {

// The part of a server that reads users' mailboxes, whichever backend it has. From construction to `stop` or
// destruction.
class MailboxSync {
  public:
    // Everything given outlives it. Gmail mailboxes are read where Google is set up, IMAP mailboxes where `imap` is not
    // null.
    MailboxSync(ingest::SyncBackend& backend, net::HttpClient& http, const std::optional<GoogleConfig>& google,
                ingest::ImapClient* imap, observe::SyncMetrics& metrics, std::shared_ptr<spdlog::logger> log);

    // Returns when each run has ended and given its lease back. Messages in hand go into the queue; what waits for
    // Google or an IMAP server does so no longer.
    void stop();

  private:
    ingest::ImapClient* const imap_;
    std::optional<ingest::GmailClient> gmail_;
    std::optional<ingest::SyncWorkers> workers_;
};

}  // namespace nextjob::app
