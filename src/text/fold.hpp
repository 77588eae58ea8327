#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::text {

struct CodePoint {
    char32_t value;      // U+FFFD for a byte that is not well-formed UTF-8
    std::uint32_t size;  // bytes taken, at least 1
};

// decode, append and isLetterOrDigit for what is not ASCII.
CodePoint decodeSequence(std::string_view text, std::size_t at);
void appendSequence(std::string& out, char32_t value);
bool isLetterOrDigitBeyondAscii(char32_t value);

// The code point that begins at `at`, which must be below text.size().
inline CodePoint decode(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    return lead < 0x80 ? CodePoint{lead, 1} : decodeSequence(text, at);
}

inline void append(std::string& out, char32_t value) {
    if (value < 0x80) {
        out.push_back(static_cast<char>(value));
    } else {
        appendSequence(out, value);
    }
}

// Lower case without accents, one letter for one letter: É and é give e, Ё gives е, ß gives s. Knows Latin,
// Greek and Cyrillic; everything else stays as it is. Depends on no locale.
char32_t foldLetter(char32_t value);

// Letters and digits of every script; a guess by blocks, good enough to tell words from punctuation and
// pictures.
inline bool isLetterOrDigit(char32_t value) {
    if (value >= 0x80) return isLetterOrDigitBeyondAscii(value);
    return ('0' <= value && value <= '9') || ('a' <= (value | 0x20U) && (value | 0x20U) <= 'z');
}

// The text for comparing: foldLetter on each letter, ß, æ and œ as two letters, combining marks dropped.
std::string fold(std::string_view text);

}  // namespace nextjob::text
