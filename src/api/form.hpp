#pragma once

#include "api/http.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::api {

// The first field of this name in a query or a form; empty when there is none.
inline std::string fieldOf(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::string() : found->second;
}

}  // namespace nextjob::api
