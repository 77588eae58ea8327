#pragma once

#include "api/http.hpp"

#include <optional>
#include <string_view>

namespace nextjob::api {

// What makes a request's length or host ambiguous, and so could smuggle a second one past a proxy: Content-Length
// beside Transfer-Encoding, either of them twice, a length that is a list, codings other than chunked, chunked in
// HTTP/1.0, no or several Hosts. Nothing when it is plain; otherwise the reason, for a 400 after which the connection
// is closed.
std::optional<std::string_view> ambiguousFraming(const Headers& headers, unsigned httpVersion);

}  // namespace nextjob::api
