#include "api/middleware/request_id.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace nextjob::api {

std::string requestId(std::string_view offered) {
    const bool usable = !offered.empty() && offered.size() <= 64 && std::ranges::all_of(offered, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
    });
    if (usable) return std::string(offered);
    std::array<unsigned char, 12> drawn{};
    randombytes_buf(drawn.data(), drawn.size());
    std::array<char, 2 * drawn.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), drawn.data(), drawn.size());
    return hex.data();
}

}  // namespace nextjob::api
