#include "store/list.hpp"

#include <fmt/format.h>

#include <charconv>

namespace nextjob::store {
namespace {

constexpr int largestPage = 1000;

Result<ListValue> keyValue(const ListQuery& list, const std::string& key) {
    if (list.keyIsText) return key;
    std::int64_t number = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), number);
    if (read.ec != std::errc())
        return failure(ErrorCode::Invalid, "This cursor is damaged. Begin again without a cursor.");
    return number;
}

}  // namespace

Result<PagePlan> PagePlan::prepare(const ListQuery& list, const PageRequest& request) {
    PagePlan plan;
    plan.list_ = list.name;
    plan.values_ = list.values;
    plan.countValues_ = list.values.size();
    plan.limit_ = static_cast<std::size_t>(std::clamp(request.limit, 1, largestPage));
    const std::int64_t offset = request.cursor.empty() ? std::max<std::int64_t>(request.offset, 0) : 0;
    plan.first_ = request.cursor.empty() && offset == 0;

    std::string where = list.where;
    bool descending = list.descending;
    if (!request.cursor.empty()) {
        auto cursor = decodeCursor(request.cursor, list.name);
        if (!cursor) return std::unexpected(cursor.error());
        plan.backward_ = cursor->backward;
        if (cursor->backward) descending = !descending;
        const char* beyond = descending ? "<" : ">";
        const auto parameter = plan.values_.size() + 1;
        if (list.key == list.id) {
            where += fmt::format(" and {} {} ${}", list.id, beyond, parameter);
        } else {
            auto key = keyValue(list, cursor->key);
            if (!key) return std::unexpected(key.error());
            where += fmt::format(" and ({}, {}) {} (${}, ${})", list.key, list.id, beyond, parameter, parameter + 1);
            plan.values_.push_back(std::move(*key));
        }
        plan.values_.emplace_back(cursor->id);
    }
    const char* direction = descending ? "desc" : "asc";
    const std::string order = list.key == list.id
                                  ? fmt::format("{} {}", list.id, direction)
                                  : fmt::format("{} {}, {} {}", list.key, direction, list.id, direction);
    plan.sql_ = fmt::format("select {} from {} where {} order by {} limit ${} offset ${}", list.columns, list.from,
                            where, order, plan.values_.size() + 1, plan.values_.size() + 2);
    plan.values_.emplace_back(static_cast<std::int64_t>(plan.limit_ + 1));
    plan.values_.emplace_back(offset);
    plan.countSql_ = fmt::format("select count(*) from {} where {}", list.countFrom, list.where);
    return plan;
}

std::string PagePlan::cursorAt(const std::pair<std::int64_t, std::string>& place, bool backward) const {
    return encodeCursor({.list = list_, .backward = backward, .key = place.second, .id = place.first});
}

}  // namespace nextjob::store
