#pragma once

#include "api/http.hpp"

#include <optional>
#include <string_view>

namespace nextjob::api {

// The token of an "Authorization: Bearer …" header (RFC 6750); nothing when there is none.
inline std::optional<std::string_view> bearerToken(const Headers& headers) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = headers["Authorization"];
    if (!equalIgnoringCase(header.substr(0, scheme.size()), scheme)) return {};
    return header.substr(scheme.size());
}

}  // namespace nextjob::api
