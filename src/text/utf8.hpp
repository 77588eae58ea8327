#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace nextjob::text {

// Characters of UTF-8 text: bytes that begin one. What is no UTF-8 counts by its bytes that look so.
inline std::size_t countCodePoints(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace nextjob::text
