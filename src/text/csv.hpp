#pragma once

#include <string>
#include <string_view>

namespace nextjob::text {

// One field of CSV (RFC 4180), made harmless for spreadsheets: what they would take for a formula gets an apostrophe
// before it, and line ends and other control characters become blanks.
std::string csvField(std::string_view value);

}  // namespace nextjob::text
