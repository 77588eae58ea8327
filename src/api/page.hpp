#pragma once

#include "api/http.hpp"
#include "api/json/write.hpp"
#include "api/query.hpp"
#include "model/page.hpp"

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

// limit (1 to 100, 50 when absent) and offset of a query.
PageRequest pageRequest(Query& query);

// Links to the neighbours of this page: the request's own path and query with limit and offset replaced.
std::optional<std::string> nextPage(const Target& target, const PageRequest& page, std::int64_t count);
std::optional<std::string> previousPage(const Target& target, const PageRequest& page);

// The page of a store's list. `view` makes what the API shows of one row.
template <class T, class View>
auto pageView(const Target& target, const PageRequest& request, const Page<T>& page, View view) {
    PageView<decltype(view(page.items.front()))> shown;
    shown.count = page.count;
    shown.next = nextPage(target, request, page.count);
    shown.previous = previousPage(target, request);
    shown.results.reserve(page.items.size());
    for (const T& item : page.items) shown.results.push_back(view(item));
    return shown;
}

}  // namespace nextjob::api
