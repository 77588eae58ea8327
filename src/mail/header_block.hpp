#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {

struct HeaderField {
    std::string_view name;
    std::string_view value;  // as it stands in the message, line ends of folding included
};

// The headers of a message or part, and the rest of it.
struct HeaderBlock {
    std::vector<HeaderField> fields;
    std::string_view text;
    std::vector<std::string> defects;  // a sentence each
};

// Splits the headers from the text at the first empty line or the first line that can't be a header. A folded
// line that lost its indentation is taken as folded when headers follow it.
HeaderBlock splitHeaders(std::string_view bytes);

// The same for a whole message, as mailers, exports and mbox files leave it: leading empty lines, a byte
// order mark and "From " lines are skipped, and a header that swallowed the next ones ("b=abc=Date: Mon, …")
// is split when From, To, Subject, Date, Content-Type, MIME-Version or Message-ID is missing otherwise.
// Without a single well-known header all is text.
HeaderBlock splitMessageHeaders(std::string_view bytes);

}  // namespace nextjob::mail
