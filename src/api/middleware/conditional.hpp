#pragma once

#include "api/http.hpp"

#include <string_view>

namespace nextjob::api {

// Gives the reply to a GET the ETag of its content, and makes it an empty 304 when If-None-Match has it: the client
// keeps what it has and asks each time whether it still holds.
void answerConditionally(std::string_view ifNoneMatch, Response& response);

}  // namespace nextjob::api
