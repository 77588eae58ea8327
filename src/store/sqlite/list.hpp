#pragma once

#include "store/list.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace nextjob::store::sqlite {

// Reads one page of a list.
class PageReader : public PagePlan {
  public:
    // Invalid: the cursor is of another list.
    static Result<PageReader> prepare(const ListQuery& list, const PageRequest& request) {
        auto plan = PagePlan::prepare(list, request);
        if (!plan) return std::unexpected(std::move(plan.error()));
        return PageReader(std::move(*plan));
    }

    std::int64_t count(Connection& connection) const {
        Query query = start(connection, countSql(), countValues());
        return query.step() ? query.integer(0) : 0;
    }

    template <class T, class ReadRow>
    Page<T> read(Connection& connection, ReadRow readRow) const {
        const std::int64_t all = count(connection);
        Query query = start(connection, sql(), values().size());
        return assemble<T>(all, [&]() -> std::optional<std::tuple<std::int64_t, std::string, T>> {
            if (!query.step()) return std::nullopt;
            return std::tuple(query.integer(0), query.text(1), readRow(query));
        });
    }

  private:
    explicit PageReader(PagePlan&& plan) : PagePlan(std::move(plan)) {}

    Query start(Connection& connection, const std::string& statement, std::size_t parameters) const {
        Query query = connection.query(statement);
        for (std::size_t place = 0; place < parameters; ++place) {
            std::visit([&](const auto& value) { query.bind(static_cast<int>(place) + 1, value); }, values()[place]);
        }
        return query;
    }
};

}  // namespace nextjob::store::sqlite
