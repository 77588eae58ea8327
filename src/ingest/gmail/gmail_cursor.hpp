#pragma once

#include "ingest/gmail/gmail_types.hpp"
#include "model/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::ingest {

// How far a Gmail mailbox has been read; Mailbox::cursor holds it as JSON.
struct GmailCursor {
    HistoryId history = 0;    // all that came up to it is in the ledger, once nothing is to be listed; 0: nothing is
    std::string historyPage;  // of what came since, the page to go on with; "" for the first
    std::vector<std::string> searches;     // that are to be listed yet; the first is under way
    std::string listPage;                  // of its pages the next; "" for the first
    std::optional<Timestamp> synced{};     // when all was in the ledger last
    std::optional<Timestamp> watchEnds{};  // until when Google announces new mail
    std::string watchTopic{};              // and where to
};

std::string writeGmailCursor(const GmailCursor& cursor);

// Reads what that writes. Anything else is the beginning.
GmailCursor readGmailCursor(std::string_view json);

}  // namespace nextjob::ingest
