#pragma once

#include "model/error.hpp"
#include "model/page.hpp"
#include "store/cursor.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace nextjob::store {

using ListValue = std::variant<std::int64_t, std::string>;

// A list in one order, from which pages are read. Everything but the values is text of the program.
struct ListQuery {
    std::string name;     // of list and order, for its cursors
    std::string columns;  // first the id, second the key
    std::string from;
    std::string countFrom;  // the part of it that is enough to count
    std::string where;      // with $1, $2, … for `values`
    std::vector<ListValue> values;
    std::string_view id;   // columns to order by: the key and, where keys are equal, the id
    std::string_view key;  // the same as `id` when that is the order
    bool keyIsText = false;
    bool descending = false;
};

// The SQL of one page, its values, and what its rows make. The engines run it.
class PagePlan {
  public:
    // Invalid: the cursor is of another list.
    static Result<PagePlan> prepare(const ListQuery& list, const PageRequest& request);

    const std::string& sql() const { return sql_; }
    const std::string& countSql() const { return countSql_; }  // takes the list's own values
    // What `sql` takes, in order; the first `countValues` of them are the list's own.
    const std::vector<ListValue>& values() const { return values_; }
    std::size_t countValues() const { return countValues_; }

    // `next` gives an optional (id, key, item) for each row, and nothing at the end.
    template <class T, class Next>
    Page<T> assemble(std::int64_t count, Next next) const {
        Page<T> page;
        page.count = count;
        std::vector<std::pair<std::int64_t, std::string>> places;
        bool more = false;
        while (auto row = next()) {
            if (places.size() == limit_) {
                more = true;
                break;
            }
            places.emplace_back(std::get<0>(*row), std::move(std::get<1>(*row)));
            page.items.push_back(std::move(std::get<2>(*row)));
        }
        if (backward_) {
            std::ranges::reverse(page.items);
            std::ranges::reverse(places);
        }
        if (!places.empty()) {
            if (backward_ || more) page.next = cursorAt(places.back(), false);
            if (backward_ ? more : !first_) page.previous = cursorAt(places.front(), true);
        }
        return page;
    }

  private:
    std::string cursorAt(const std::pair<std::int64_t, std::string>& place, bool backward) const;

    std::string list_;
    std::string sql_, countSql_;
    std::vector<ListValue> values_;
    std::size_t countValues_ = 0;
    std::size_t limit_ = 0;
    bool backward_ = false;
    bool first_ = true;  // nothing of the list stands before this page
};

}  // namespace nextjob::store
