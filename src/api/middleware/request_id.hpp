#pragma once

#include <string>
#include <string_view>

namespace nextjob::api {

// The id under which a request is known in logs and replies: the client's own X-Request-ID when it is 1 to 64 letters,
// digits, dots, hyphens or underscores, else a new random one.
std::string requestId(std::string_view offered);

}  // namespace nextjob::api
