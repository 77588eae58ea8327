#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::app {

// The items of "a, b,c", without blanks around them; empty ones are dropped.
std::vector<std::string> commaList(std::string_view text);

}  // namespace nextjob::app
