#pragma once

#include "ingest/imap/imap_client.hpp"
#include "ingest/sync/source_sync.hpp"

#include <memory>
#include <string>

namespace nextjob::ingest {

// Users' IMAP mailboxes as a source of mail: the folders that the user chose, read from the last UID on, with one
// connection a run. Nothing at the server changes by it. A folder that is new, or whose UIDs the server has given anew
// (another UIDVALIDITY), is listed for the days that the user wishes; what of it is known, the ledger knows by its
// Message-ID.
class ImapSync final : public SourceSync {
  public:
    explicit ImapSync(ImapClient& client) : client_(client) {}

    std::string name() const override { return "imap"; }
    std::size_t fetchBatch() const override { return 10; }  // each may be as large as a mail may be
    std::unique_ptr<SourceRun> begin(SyncRun& run) override;

  private:
    ImapClient& client_;
};

}  // namespace nextjob::ingest
