#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {

// The start of a message as it should have been: what mailers and exports break in it mended.
struct HeaderBlock {
    std::string_view rest;             // of the given bytes, from the first header on
    std::string mended;                // what stands in its place when something had to be rewritten, else empty
    bool found = false;                // there are headers; else all is text
    std::vector<std::string> defects;  // a sentence each

    std::string_view message() const { return mended.empty() ? rest : std::string_view(mended); }
};

// Finds the headers of an RFC 822 message. Leading empty lines, byte order marks and an mbox "From " line are
// skipped; bare CR line ends are made LF; a folded line that lost its indentation is indented; a missing empty line
// before the text is put in; a header that swallowed the next ones ("b=abc=Date: Mon, …") is split, when From,
// Subject, Date, To, Content-Type, MIME-Version or Message-ID is missing otherwise.
HeaderBlock findHeaders(std::string_view bytes);

}  // namespace nextjob::mail
