#pragma once

#include "api/http.hpp"
#include "api/json/write.hpp"
#include "api/query.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nextjob::api {

// One page of a list, in the shape of the first API: {"count", "next", "previous", "results"}.
template <class T>
struct Page {
    std::int64_t count = 0;                // rows in all, of which `results` are some
    std::optional<std::string> next;       // path and query of the next page
    std::optional<std::string> previous;
    std::vector<T> results;
    BOOST_DESCRIBE_CLASS(Page, (), (count, next, previous, results), (), ())
};

struct PageRequest {
    std::int64_t limit;
    std::int64_t offset;
};

// limit (1 to 100, 50 when absent) and offset of a query.
PageRequest pageRequest(Query& query);

// Links to the neighbours of this page: the request's own path and query with limit and offset replaced.
std::optional<std::string> nextPage(const Target& target, PageRequest page, std::int64_t count);
std::optional<std::string> previousPage(const Target& target, PageRequest page);

}  // namespace nextjob::api
