#pragma once

#include "ingest/gmail/gmail_client.hpp"
#include "ingest/sync/source_sync.hpp"

#include <string>

namespace nextjob::ingest {

// Gmail mailboxes. The first run keeps the mailbox's history id, then lists what a search finds in the last months;
// later ones go through the history since, and list anew what may have come when Gmail has forgotten it. docs/sync.md
// says what a crash does at each point.
class GmailSync final : public SourceSync {
  public:
    // `topic` ("projects/P/topics/T") is where Google announces new mail; "" for nowhere. The client outlives it.
    explicit GmailSync(GmailClient& client, std::string topic = "") : client_(client), topic_(std::move(topic)) {}

    std::string name() const override { return "gmail"; }
    std::size_t fetchBatch() const override { return GmailClient::goodInBatch; }
    std::unique_ptr<SourceRun> begin(SyncRun& run) override;

  private:
    GmailClient& client_;
    const std::string topic_;
};

}  // namespace nextjob::ingest
