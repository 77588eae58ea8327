#include "api/middleware/compress.hpp"

#include "text/lines.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace nextjob::api {

namespace {

constexpr std::size_t leastBytes = 1024;
// The lowest level: JSON becomes a fifth, at several hundred megabytes a second.
constexpr int level = 1;

struct Release {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

// Not shared: it is a workspace.
libdeflate_compressor* compressor() {
    thread_local const std::unique_ptr<libdeflate_compressor, Release> made(libdeflate_alloc_compressor(level));
    return made.get();
}

bool isText(std::string_view type) {
    return type.starts_with("text/") || type.starts_with("application/json") || type.contains("+json")
           || type.starts_with("application/javascript");
}

// ";q=0" and its longer forms forbid.
bool forbidden(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == std::string_view::npos) return false;
    const std::string_view value = text::trim(parameters.substr(q + 2));
    return value.starts_with('0') && value.find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

bool acceptsGzip(std::string_view acceptEncoding) {
    bool any = false;
    while (!acceptEncoding.empty()) {
        const auto comma = std::min(acceptEncoding.find(','), acceptEncoding.size());
        const auto item = acceptEncoding.substr(0, comma);
        acceptEncoding.remove_prefix(std::min(comma + 1, acceptEncoding.size()));
        const auto semicolon = std::min(item.find(';'), item.size());
        const auto name = text::trim(item.substr(0, semicolon));
        const bool allowed = !forbidden(item.substr(semicolon));
        if (equalIgnoringCase(name, "gzip") || equalIgnoringCase(name, "x-gzip")) return allowed;
        if (name == "*") any = allowed;
    }
    return any;
}

void compress(std::string_view acceptEncoding, Response& response) {
    if (response.body.size() < leastBytes || !isText(response.contentType)) return;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!acceptsGzip(acceptEncoding)) return;
    std::string packed(response.body.size(), '\0');
    const std::size_t size = libdeflate_gzip_compress(compressor(), response.body.data(), response.body.size(),
                                                      packed.data(), packed.size());
    if (size == 0) return;  // it would not be shorter
    packed.resize(size);
    response.body = std::move(packed);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace nextjob::api
