#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace nextjob::text {

// Where the first of the characters stands, npos when none does. Reads each byte once; the standard library's
// find_first_of calls a search of its own for every byte, which long addresses of mails make dear.
inline std::size_t findAny(std::string_view text, std::string_view characters) {
    const auto found = std::ranges::find_if(text, [characters](char c) {
        for (const char wanted : characters) {
            if (c == wanted) return true;
        }
        return false;
    });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

inline bool holdsDigit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace nextjob::text
