#pragma once

#include "store/list.hpp"
#include "store/postgres/database.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace nextjob::store::postgres {

// The first `count` values as parameters of a statement.
inline Statement listStatement(const std::string& sql, const std::vector<ListValue>& values, std::size_t count) {
    Statement made{.sql = sql, .values = {}};
    for (std::size_t place = 0; place < count; ++place) {
        std::visit([&](const auto& value) { made.values.push_back(valueOf(value)); }, values[place]);
    }
    return made;
}

// A page and its count in one round trip. `Reader` reads a Row.
template <class T, class Reader>
Task<Result<Page<T>>> readPage(Database& database, ListQuery list, PageRequest request, Reader reader) {
    auto plan = PagePlan::prepare(list, request);
    if (!plan) co_return std::unexpected(std::move(plan.error()));
    auto work = [plan = std::move(*plan), reader](Call& call) -> Task<Result<Page<T>>> {
        Batch batch;
        batch.add(listStatement(plan.countSql(), plan.values(), plan.countValues()));
        batch.add(listStatement(plan.sql(), plan.values(), plan.values().size()));
        const auto answers = co_await call.run(std::move(batch));
        int next = 0;
        co_return plan.template assemble<T>(answers[0][0].integer(0),
                                            [&]() -> std::optional<std::tuple<std::int64_t, std::string, T>> {
                                                if (next == answers[1].size()) return std::nullopt;
                                                const Row row = answers[1][next++];
                                                return std::tuple(row.integer(0), row.text(1), reader(row));
                                            });
    };
    co_return co_await database.read(std::move(work));
}

}  // namespace nextjob::store::postgres
