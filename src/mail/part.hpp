#pragma once

#include "mail/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {

enum class TransferEncoding : unsigned char { None, QuotedPrintable, Base64, Uuencode };

// One part of a message, wherever it came from: what the choice of a body needs to know.
struct Part {
    std::string type;     // lower case, "text/html"; "" when not declared
    std::string charset;  // as declared, may be ""
    std::string filename;
    bool attachment = false;   // Content-Disposition says so
    bool flowed = false;       // format=flowed
    bool deleteSpace = false;  // delsp=yes
    TransferEncoding encoding = TransferEncoding::None;
    std::string_view content;  // still encoded, in the message's bytes
    std::string owned;         // counts instead of `content` when not empty
    std::vector<Part> children;
};

// Fills message.document and message.attachments from the parts; from and subject must be there already.
void buildDocument(const Part& root, const Limits& limits, Message& message);

// The bytes of a leaf out of their transfer encoding, at most `limit`; `mended` tells of damage.
std::string decodeContent(const Part& part, std::size_t limit, bool& mended);

}  // namespace nextjob::mail
