#pragma once

#include "model/error.hpp"
#include "model/page.hpp"
#include "store/cursor.hpp"
#include "store/sqlite/connection.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nextjob::store::sqlite {

// A list in one order, from which pages are read. Everything but the values is text of the program.
struct ListQuery {
    std::string name;     // of list and order, for its cursors
    std::string columns;  // first the id, second the key
    std::string from;
    std::string countFrom;  // the part of it that is enough to count
    std::string where;      // with $1, $2, … for `values`
    std::vector<std::variant<std::int64_t, std::string>> values;
    std::string_view id;   // columns to order by: the key and, where keys are equal, the id
    std::string_view key;  // the same as `id` when that is the order
    bool keyIsText = false;
    bool descending = false;
};

// The SQL of one page and where in the list it stands.
class PageReader {
  public:
    // Invalid: the cursor is of another list.
    static Result<PageReader> prepare(const ListQuery& list, const PageRequest& request);

    const std::string& sql() const { return sql_; }
    const std::string& countSql() const { return countSql_; }
    std::int64_t count(Connection& connection) const;

    template <class T, class ReadRow>
    Page<T> read(Connection& connection, ReadRow readRow) const {
        Page<T> page;
        page.count = count(connection);
        std::vector<std::pair<std::int64_t, std::string>> places;
        bool more = false;
        Query query = start(connection);
        while (query.step()) {
            if (places.size() == limit_) {
                more = true;
                break;
            }
            places.emplace_back(query.integer(0), query.text(1));
            page.items.push_back(readRow(query));
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
    PageReader() = default;
    Query start(Connection& connection) const;
    void bindValues(Query& query) const;
    std::string cursorAt(const std::pair<std::int64_t, std::string>& place, bool backward) const;

    std::string list_;
    std::string sql_, countSql_;
    std::vector<std::variant<std::int64_t, std::string>> values_;    // of the filter
    std::vector<std::variant<std::int64_t, std::string>> position_;  // of the cursor
    std::size_t limit_ = 0;
    std::int64_t offset_ = 0;
    bool backward_ = false;
    bool first_ = true;  // nothing of the list stands before this page
};

}  // namespace nextjob::store::sqlite
