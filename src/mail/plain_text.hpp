#pragma once

#include "mail/text_writer.hpp"

#include <string_view>

namespace nextjob::mail {

struct PlainFormat {
    bool flowed = false;       // RFC 3676: a line that ends in a space goes on in the next
    bool deleteSpace = false;  // and that space is no part of the text
};

// Writes a plain part's words: its lines kept, flowed ones joined, quoting as it is.
void writePlainText(std::string_view text, PlainFormat format, TextWriter& writer);

// Tells a plain part that only stands in for the HTML one: nothing, links alone, or a short hint that the
// mail program can't show HTML or that the mail can be seen in a browser, while the HTML says more. Takes
// clean text.
bool isPlaceholder(std::string_view plain, std::string_view html);

}  // namespace nextjob::mail
