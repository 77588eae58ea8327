#pragma once

#include "api/http.hpp"

#include <string_view>

namespace nextjob::api {

// Whether an Accept-Encoding header takes gzip.
bool acceptsGzip(std::string_view acceptEncoding);

// Makes the body gzip where that is fewer bytes on the way: text over a kilobyte. The reply then says so, and in any
// case that it depends on Accept-Encoding. For replies without secrets only: lengths of compressed text tell of it.
void compress(std::string_view acceptEncoding, Response& response);

}  // namespace nextjob::api
