#pragma once

#include "api/http.hpp"
#include "api/query.hpp"
#include "model/page.hpp"
#include "wire/write.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nextjob::api {

// One page of a list, in the shape of the first API: {"count", "next", "previous", "results"}.
template <class T>
struct PageView {
    std::int64_t count = 0;           // rows in all, of which `results` are some
    std::optional<std::string> next;  // path and query of the next page
    std::optional<std::string> previous;
    std::vector<T> results;
    BOOST_DESCRIBE_CLASS(PageView, (), (count, next, previous, results), (), ())
};

// Where in a list to read, and how its neighbours are named: by offset, or by cursor once the query has one, which an
// empty one begins.
struct Paging {
    PageRequest request;
    bool byCursor = false;
};

// limit (1 to 100, 50 when absent), offset and cursor of a query.
Paging paging(Query& query);

// The neighbours of a page: the request's own path and query with limit and offset or cursor replaced.
std::optional<std::string> nextPage(const Target& target, const Paging& paging, std::int64_t count,
                                    const std::string& cursor);
std::optional<std::string> previousPage(const Target& target, const Paging& paging, const std::string& cursor);

// The page of a store's list. `view` makes what the API shows of one row.
template <class T, class View>
auto pageView(const Target& target, const Paging& paging, const Page<T>& page, View view) {
    PageView<decltype(view(page.items.front()))> shown;
    shown.count = page.count;
    shown.next = nextPage(target, paging, page.count, page.next);
    shown.previous = previousPage(target, paging, page.previous);
    shown.results.reserve(page.items.size());
    for (const T& item : page.items) shown.results.push_back(view(item));
    return shown;
}

}  // namespace nextjob::api
