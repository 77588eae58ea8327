#include "ingest/imap/raw_imap_message.hpp"

#include "ingest/files/raw_file_message.hpp"
#include "mail/message.hpp"
#include "mail/utf8.hpp"

#include <fmt/format.h>

namespace nextjob::ingest {

namespace {

constexpr std::size_t snippetBytes = 400;
constexpr mail::Limits glance{.textBytes = 64U << 10, .parts = 100, .depth = 16, .nodes = 20'000};

std::string written(const mail::Mailbox& from) {
    if (from.name.empty()) return from.address;
    return fmt::format("{} <{}>", from.name, from.address);
}

}  // namespace

FetchedMessage rawImapMessage(std::string bytes, bool truncated, UserId user, std::string sourceId) {
    FileMessage file;
    file.bytes = std::move(bytes);
    file.truncated = truncated;
    RawMessage raw = rawMessage(std::move(file), user, std::nullopt);
    raw.source = "imap";
    raw.sourceId = std::move(sourceId);
    raw.format = MailFormat::Rfc822;
    FetchedMessage fetched;
    if (const auto message = mail::parseMessage(raw.bytes, glance)) {
        raw.subject = message->subject;
        if (message->from) raw.sender = written(*message->from);
        if (message->date) raw.receivedAt = *message->date;
        fetched.snippet = mail::cutUtf8(message->document->text, snippetBytes);
    }
    fetched.mail = std::move(raw);
    return fetched;
}

}  // namespace nextjob::ingest
