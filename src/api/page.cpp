#include "api/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace nextjob::api {

namespace {

std::string link(const Target& target, std::int64_t limit, std::int64_t offset) {
    std::string url = target.path;
    url += '?';
    for (const auto& [key, value] : target.query)
        if (key != "limit" && key != "offset") url += percentEncode(key) + '=' + percentEncode(value) + '&';
    return url + fmt::format("limit={}&offset={}", limit, offset);
}

}  // namespace

PageRequest pageRequest(Query& query) {
    return {.limit = static_cast<int>(query.integer("limit", 50, 1, 100)),
            .offset = query.integer("offset", 0, 0, std::numeric_limits<std::int32_t>::max()),
            .cursor = {}};
}

std::optional<std::string> nextPage(const Target& target, const PageRequest& page, std::int64_t count) {
    const std::int64_t offset = page.offset + page.limit;
    if (offset >= count) return {};
    return link(target, page.limit, offset);
}

std::optional<std::string> previousPage(const Target& target, const PageRequest& page) {
    if (page.offset == 0) return {};
    return link(target, page.limit, std::max<std::int64_t>(0, page.offset - page.limit));
}

}  // namespace nextjob::api
