#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::mail {

// Bytes of the longest prefix that is well-formed UTF-8 (no overlong forms, surrogates or code points past
// U+10FFFF). Equal to bytes.size() when all of it is.
std::size_t validUtf8Prefix(std::string_view bytes);

inline bool isUtf8(std::string_view bytes) { return validUtf8Prefix(bytes) == bytes.size(); }

// Bytes of the well-formed character that the text begins with, or 0; the text must not be empty.
std::size_t utf8Size(std::string_view text);

// Appends the code point; what is not a Unicode scalar value becomes U+FFFD.
void appendUtf8(std::string& out, char32_t codePoint);

struct CodePoint {
    char32_t value;
    std::uint8_t size;  // bytes
};

// The code point that starts at text[at]; text must be well-formed and `at` on a boundary.
CodePoint codePointAt(std::string_view text, std::size_t at);

// The longest prefix of at most `limit` bytes that does not cut a character.
std::string_view cutUtf8(std::string_view text, std::size_t limit);

}  // namespace nextjob::mail
