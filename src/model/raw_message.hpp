#pragma once

#include "model/import.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob {

using MessageId = std::int64_t;  // of the ledger; follows a message from first sight to its offers

enum class MailFormat : std::uint8_t { Rfc822, GmailJson };

// A mail as a source yields it, before anyone has read it.
struct RawMessage {
    UserId user = 0;
    // What makes a second delivery the same message for this user: Message-ID, Gmail's id, or a hash of the
    // content when there is neither. 1 to 1000 bytes.
    std::string key;
    std::string source;    // "gmail", "file", …
    std::string sourceId;  // the source's own id: Gmail message id, Message-ID, content hash
    std::string subject;   // as far as the source knows it; analysis fills in the rest
    std::string sender;
    std::optional<Timestamp> receivedAt;
    std::optional<ImportId> import;
    MessageId seen = 0;  // its row in the ledger when the source saw it before it was fetched; else 0
    MailFormat format = MailFormat::Rfc822;
    std::string bytes;
    bool truncated = false;  // `bytes` is only the beginning: the message is over a limit
};

}  // namespace nextjob
