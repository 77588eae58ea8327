#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nextjob::mail::html {

struct Reference {
    char32_t codePoint = 0;
    std::size_t size = 0;  // bytes of the text, 0 when it is no reference
};

// The character reference that `text` starts with; text[0] is '&'. Knows HTML 4's names and the common ones
// of HTML 5. A name without its semicolon counts as browsers have it: Latin-1 names only, and in an attribute
// only when no letter, digit or '=' follows ("?a=1&copy=2" stays).
Reference characterReference(std::string_view text, bool inAttribute);

// Appends `text` with its references resolved.
void appendResolved(std::string& out, std::string_view text, bool inAttribute);

}  // namespace nextjob::mail::html
