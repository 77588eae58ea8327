#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::net {

// Names of folders travel in a form of UTF-7 (RFC 3501, 5.1.3), in which control characters can't stand.

// Of well-formed UTF-8; nothing for other bytes.
std::optional<std::string> encodedFolder(std::string_view name);

// Nothing for what `encodedFolder` would not write.
std::optional<std::string> decodedFolder(std::string_view encoded);

}  // namespace nextjob::net
