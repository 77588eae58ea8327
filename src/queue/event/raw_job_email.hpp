#pragma once

#include "model/error.hpp"
#include "model/raw_message.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::queue {

// A mail on its way from a source to analysis, as it stands in the stream for every reader, ours or not. The first
// eight fields of its JSON are the public form; the others are what our own analysis needs beside it, so that nothing
// of the RawMessage is lost on the way. docs/queue.md has the table.
struct RawJobEmail {
    static constexpr int schemaVersion = 1;
    static constexpr std::size_t maximumBytes = 64U << 20;      // of the JSON; a mail of 32 MiB fits
    static constexpr std::size_t maximumFullText = 1U << 20;    // of `fullText`; more is cut off
    static constexpr std::size_t maximumShortField = 1U << 16;  // of each other text but the mail itself

    std::string email;      // the user's address
    std::string fullText;   // the mail as a person reads it; "" for one that can't be read
    MessageId message = 0;  // its row in the ledger, and the id that follows it to its offers
    RawMessage raw;         // bytes in the JSON as base64
};

// The event of a mail that the ledger has. Reads the mail for its text and for what the source left empty: subject,
// sender, date. Fields that a hostile mail makes endless are cut.
RawJobEmail rawJobEmail(const RawMessage& raw, MessageId message, std::string email);

// As JSON in UTF-8. Bytes of its short fields that are no UTF-8 become U+FFFD. TooLarge over the limits.
Result<std::string> encode(const RawJobEmail& event);

// Invalid or TooLarge for anything that is not a whole event of this schema; the message says which field is wrong, and
// what to do. Fields that this version does not know are passed over.
Result<RawJobEmail> decodeRawJobEmail(std::string_view json);

}  // namespace nextjob::queue
