#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::text {

// Base64 as RFC 4648 has it, padded, on one line.
constexpr std::size_t base64Size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

void appendBase64(std::string& out, std::string_view bytes);

// Nothing for text that `appendBase64` would not write. (Mail needs a decoder that forgives; an event does not.)
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace nextjob::text
