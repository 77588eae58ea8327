#include "api/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace nextjob::api {

namespace {

// The request's target with another place in the list.
std::string link(const Target& target, const Paging& paging, std::string_view name, const std::string& place) {
    std::string url = target.path;
    url += '?';
    for (const auto& [key, value] : target.query)
        if (key != "limit" && key != "offset" && key != "cursor")
            url += percentEncode(key) + '=' + percentEncode(value) + '&';
    return url + fmt::format("limit={}&{}={}", paging.request.limit, name, percentEncode(place));
}

std::optional<std::string> byCursor(const Target& target, const Paging& paging, const std::string& cursor) {
    if (cursor.empty()) return {};
    return link(target, paging, "cursor", cursor);
}

}  // namespace

Paging paging(Query& query) {
    Paging paging;
    paging.request.limit = static_cast<int>(query.integer("limit", 50, 1, 100));
    paging.byCursor = query.has("cursor");
    if (paging.byCursor)
        paging.request.cursor = query.text("cursor", 1000).value_or("");
    else
        paging.request.offset = query.integer("offset", 0, 0, std::numeric_limits<std::int32_t>::max());
    return paging;
}

std::optional<std::string> nextPage(const Target& target, const Paging& paging, std::int64_t count,
                                    const std::string& cursor) {
    if (paging.byCursor) return byCursor(target, paging, cursor);
    const std::int64_t offset = paging.request.offset + paging.request.limit;
    if (offset >= count) return {};
    return link(target, paging, "offset", std::to_string(offset));
}

std::optional<std::string> previousPage(const Target& target, const Paging& paging, const std::string& cursor) {
    if (paging.byCursor) return byCursor(target, paging, cursor);
    if (paging.request.offset == 0) return {};
    const auto offset = std::max<std::int64_t>(0, paging.request.offset - paging.request.limit);
    return link(target, paging, "offset", std::to_string(offset));
}

}  // namespace nextjob::api
