#pragma once

#include "mail/document.hpp"
#include "model/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {

struct Mailbox {
    std::string name;     // decoded display name, may be empty
    std::string address;  // lower case, may be empty in damaged mail
};

struct Attachment {
    std::string name;
    std::string type;  // "application/pdf"
};

// What bounds the cost of one message, whatever it holds.
struct Limits {
    std::size_t messageBytes = 32U << 20;  // more is cut off: the words come before the attachments
    std::size_t textBytes = 4U << 20;      // of decoded text a part; more is cut off
    std::size_t parts = 1000;
    std::size_t depth = 64;       // of nested multiparts
    std::size_t nodes = 400'000;  // of the HTML tree
    std::size_t nodeDepth = 512;  // deeper elements lie flat in the deepest allowed
};

// One mail, decoded: what later stages read. Plain value, movable; the tree lives in `document`.
struct Message {
    std::string id;  // Message-ID without the angle brackets, or Gmail's message id
    std::optional<Mailbox> from;
    std::optional<Mailbox> sender, replyTo;
    std::string to;
    std::string subject;
    std::optional<std::chrono::sys_seconds> date;  // of the Date header, else Gmail's internalDate
    bool bulk = false;                             // List-Unsubscribe, List-Id or Precedence: bulk
    bool reply = false;                            // In-Reply-To or References
    std::vector<Attachment> attachments;
    std::vector<std::string> defects;    // what was wrong and mended, a sentence each
    std::unique_ptr<Document> document;  // never null after a parse
};

// Reads an RFC 822 message. Damaged mail yields what can be read, with `defects`; the only errors are
// Invalid for bytes with no header and no text at all.
Result<Message> parseMessage(std::string_view bytes, const Limits& limits = {});

// Reads a message resource of the Gmail API as JSON (format full: payload tree with base64url bodies; format
// raw too). Invalid when it is not JSON or lacks what a message must have; the message says what and where.
Result<Message> parseGmailMessage(std::string_view json, const Limits& limits = {});

// Reads either form: a Gmail API resource when the first byte that is not white space is '{', else RFC 822.
Result<Message> parseAny(std::string_view bytes, const Limits& limits = {});

}  // namespace nextjob::mail
