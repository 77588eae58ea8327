#include "api/framing.hpp"

#include <algorithm>

namespace nextjob::api {

namespace {

bool isNumber(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string_view> ambiguousFraming(const Headers& headers, unsigned httpVersion) {
    constexpr unsigned http11 = 11;
    const std::size_t codings = headers.count("Transfer-Encoding");
    const std::size_t lengths = headers.count("Content-Length");
    if (codings > 0 && lengths > 0) return "The request has both Content-Length and Transfer-Encoding.";
    if (codings > 1 || lengths > 1) return "The request says its length twice.";
    if (lengths > 0 && !isNumber(headers["Content-Length"])) return "Content-Length is not a number.";
    if (codings > 0 && (httpVersion < http11 || !equalIgnoringCase(headers["Transfer-Encoding"], "chunked")))
        return "The only Transfer-Encoding that is understood is chunked, in HTTP/1.1.";
    if (headers.count("Host") > 1 || (httpVersion >= http11 && headers.count("Host") == 0))
        return "The request must have exactly one Host.";
    return {};
}

}  // namespace nextjob::api
