#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nextjob::queue {

// Bytes from the beginning that stand in a JSON string as they are: up to a quote, a backslash, a control character, or
// what is no UTF-8.
std::size_t plainInJson(std::string_view text);

// Appends the text, which must be UTF-8, between quotes.
void appendJsonString(std::string& json, std::string_view text);

}  // namespace nextjob::queue
