#include "api/middleware/conditional.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace nextjob::api {

namespace {

// Weak, because the same content may be on its way compressed or not.
std::string tagOf(std::string_view body) {
    const auto hash = XXH3_128bits(body.data(), body.size());
    return fmt::format("W/\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

// Compared weakly (RFC 9110, 8.8.3.2): what stands in the quotes counts.
bool names(std::string_view ifNoneMatch, std::string_view tag) {
    const auto quoted = tag.substr(tag.find('"'));
    return ifNoneMatch == "*" || ifNoneMatch.find(quoted) != std::string_view::npos;
}

}  // namespace

void answerConditionally(std::string_view ifNoneMatch, Response& response) {
    if (response.status != 200 || response.stream != nullptr) return;
    const std::string tag = tagOf(response.body);
    if (!ifNoneMatch.empty() && names(ifNoneMatch, tag)) {
        response.status = 304;
        response.contentType.clear();
        response.body.clear();
    }
    response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control", "private, no-cache");
}

}  // namespace nextjob::api
