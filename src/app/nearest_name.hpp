#pragma once

#include <span>
#include <string_view>

namespace nextjob::app {

// The name that `given` is most likely a misspelling of, in any case, or "" when none is near.
std::string_view nearestName(std::string_view given, std::span<const std::string_view> names);

}  // namespace nextjob::app
