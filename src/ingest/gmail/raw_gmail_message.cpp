#include "ingest/gmail/raw_gmail_message.hpp"

#include "ingest/files/raw_file_message.hpp"

namespace nextjob::ingest {

RawMessage rawMessage(GmailMessage message, UserId user) {
    FileMessage file;
    file.bytes = std::move(message.json);
    RawMessage raw = rawMessage(std::move(file), user, std::nullopt);
    raw.subject = std::move(message.subject);
    raw.sender = std::move(message.sender);
    if (message.received != Timestamp{}) raw.receivedAt = message.received;
    return raw;
}

}  // namespace nextjob::ingest
