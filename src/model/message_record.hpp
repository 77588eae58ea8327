#pragma once

#include "model/import.hpp"
#include "model/offer.hpp"
#include "model/raw_message.hpp"
#include "model/stored_offer.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob {

enum class MessageState : std::uint8_t {
    Seen,     // its source has it; not fetched yet
    Queued,   // in the queue, or being analysed
    Done,     // analysed; its offers are stored
    Skipped,  // deliberately not analysed; `reason` says why
    Dead,     // given up on after retries; `reason` says why; its bytes, once fetched, are kept for another try
};

// A message's row in the ledger: one a user and message, from first sight to its end.
struct MessageRecord {
    MessageId id = 0;
    UserId user = 0;
    std::string key;
    MessageState state = MessageState::Queued;
    std::string reason;
    std::string source, sourceId;
    std::string subject, sender;
    std::optional<Timestamp> receivedAt;
    std::optional<ImportId> import;
    std::uint64_t bytes = 0;
    bool truncated = false;
    int attempts = 0;              // of analysis that failed; of fetching, while it is not fetched
    std::optional<MailKind> kind;  // once analysed
    std::string language;
    std::string profile;                   // the sender profile that knew the mail, "" for the general engine
    std::optional<int> announced;          // offers that the mail says it brings
    int found = 0;                         // offers that it did bring
    std::string aboutTitle, aboutCompany;  // of an application, interview or rejection mail
    std::chrono::microseconds analysisTime{};
    Timestamp firstSeen;
    Timestamp updated;
    bool wanted = false;                 // the user says that it is a job mail
    std::optional<Timestamp> fetched{};  // when its bytes came into the queue
};

// What analysis made of one message; Offers::ingest stores it. Fields that are empty leave what the ledger
// has.
struct AnalysedMessage {
    UserId user = 0;
    MessageId message = 0;
    MessageState state = MessageState::Done;  // Done or Skipped
    std::string reason;                       // why it was skipped, or what was wrong and mended
    std::optional<MailKind> kind;
    std::string language;
    std::string profile;
    std::string subject, sender;
    std::optional<Timestamp> receivedAt;
    std::optional<int> announced;
    bool truncated = false;
    std::chrono::microseconds analysisTime{};
    std::vector<OfferSighting> offers;  // at most one a job: a job twice in a mail is one sighting
    // Of an application, interview or rejection mail: what it is about.
    std::string aboutTitle, aboutCompany;
};

}  // namespace nextjob
