#pragma once

#include "model/span.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// A run of letters and digits that begins with a letter, or a number. "21h" is two words, "B2B" one; an
// apostrophe or a hyphen ends a word; web addresses hold none. The lexicon's phrases and the mail's text are cut by the
// same rules.
struct Word {
    Span span;             // in the text that was cut
    std::uint32_t folded;  // where its lower-case form begins in Words::folded
    std::uint16_t foldedSize;
    bool number;       // digits with grouping marks: "1,200", "30+"
    bool capitalised;  // begins with an upper-case letter
};

// A text cut into words.
struct Words {
    std::vector<Word> list;
    std::string folded;  // lower-case forms, one after the other

    std::string_view fold(const Word& word) const {
        return std::string_view(folded).substr(word.folded, word.foldedSize);
    }
};

// Cuts valid UTF-8; spans are offset by `base`.
Words cutWords(std::string_view text, std::uint32_t base = 0);

// The lower-case form, typographic apostrophes made plain. Not locale dependent.
std::string foldCase(std::string_view text);

// The text without surrounding white space and the marks that senders put around fields (· • | - – — , : …).
Span trimField(std::string_view text, Span span);

// The span without symbols (emoji, arrows, stars) at its ends, and trimmed.
Span trimSymbols(std::string_view text, Span span);

// Length in characters (code points).
std::size_t characters(std::string_view utf8);

}  // namespace nextjob::analyse
