#pragma once

#include "api/http.hpp"

#include <string>
#include <string_view>

namespace nextjob::api {

// The status line and header of a reply, with the headers that every reply has: date, length, request id, and what
// keeps browsers from guessing types, framing pages or storing what is private. A handler's own header wins. A body
// that is streamed has no length.
std::string responseHead(const Response& response, std::string_view requestId, bool close);

}  // namespace nextjob::api
