#pragma once

#include <string_view>
#include <vector>

namespace nextjob::text {

std::string_view trim(std::string_view text);  // ASCII white space off both ends

// The parts between separators, trimmed; an empty text has none.
std::vector<std::string_view> split(std::string_view text, std::string_view separator);

// Calls each(number, line) for every line that is neither empty nor a comment (# first), counted from 1.
template <class Each>
void forEachLine(std::string_view data, Each&& each) {
    unsigned number = 0;
    while (!data.empty()) {
        ++number;
        const auto end = data.find('\n');
        const auto line = data.substr(0, end);
        data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
        if (!trim(line).empty() && line.front() != '#') each(number, line);
    }
}

}  // namespace nextjob::text
