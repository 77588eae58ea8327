#include "store/sqlite/list.hpp"

#include <fmt/format.h>

#include <charconv>

namespace nextjob::store::sqlite {
namespace {

constexpr int largestPage = 1000;

Result<std::variant<std::int64_t, std::string>> keyValue(const ListQuery& list, const std::string& key) {
    if (list.keyIsText) return key;
    std::int64_t number = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), number);
    if (read.ec != std::errc())
        return failure(ErrorCode::Invalid, "This cursor is damaged. Begin again without a cursor.");
    return number;
}

}  // namespace

Result<PageReader> PageReader::prepare(const ListQuery& list, const PageRequest& request) {
    PageReader reader;
    reader.list_ = list.name;
    reader.values_ = list.values;
    reader.limit_ = static_cast<std::size_t>(std::clamp(request.limit, 1, largestPage));
    reader.offset_ = request.cursor.empty() ? std::max<std::int64_t>(request.offset, 0) : 0;
    reader.first_ = request.cursor.empty() && reader.offset_ == 0;

    std::string where = list.where;
    bool descending = list.descending;
    auto parameter = list.values.size();
    if (!request.cursor.empty()) {
        auto cursor = decodeCursor(request.cursor, list.name);
        if (!cursor) return std::unexpected(cursor.error());
        reader.backward_ = cursor->backward;
        if (cursor->backward) descending = !descending;
        const char* beyond = descending ? "<" : ">";
        if (list.key == list.id) {
            where += fmt::format(" and {} {} ${}", list.id, beyond, parameter + 1);
        } else {
            auto key = keyValue(list, cursor->key);
            if (!key) return std::unexpected(key.error());
            where +=
                fmt::format(" and ({}, {}) {} (${}, ${})", list.key, list.id, beyond, parameter + 1, parameter + 2);
            reader.position_.push_back(std::move(*key));
        }
        reader.position_.emplace_back(cursor->id);
        parameter += reader.position_.size();
    }
    const char* direction = descending ? "desc" : "asc";
    const std::string order = list.key == list.id
                                  ? fmt::format("{} {}", list.id, direction)
                                  : fmt::format("{} {}, {} {}", list.key, direction, list.id, direction);
    reader.sql_ = fmt::format("select {} from {} where {} order by {} limit ${} offset ${}", list.columns, list.from,
                              where, order, parameter + 1, parameter + 2);
    reader.countSql_ = fmt::format("select count(*) from {} where {}", list.countFrom, list.where);
    return reader;
}

void PageReader::bindValues(Query& query) const {
    int parameter = 0;
    for (const auto& value : values_) {
        ++parameter;
        std::visit([&](const auto& given) { query.bind(parameter, given); }, value);
    }
}

std::int64_t PageReader::count(Connection& connection) const {
    Query query = connection.query(countSql_);
    bindValues(query);
    return query.step() ? query.integer(0) : 0;
}

Query PageReader::start(Connection& connection) const {
    Query query = connection.query(sql_);
    bindValues(query);
    int parameter = static_cast<int>(values_.size());
    for (const auto& value : position_) {
        ++parameter;
        std::visit([&](const auto& given) { query.bind(parameter, given); }, value);
    }
    query.bind(++parameter, static_cast<std::int64_t>(limit_ + 1));
    query.bind(++parameter, offset_);
    return query;
}

std::string PageReader::cursorAt(const std::pair<std::int64_t, std::string>& place, bool backward) const {
    return encodeCursor({.list = list_, .backward = backward, .key = place.second, .id = place.first});
}

}  // namespace nextjob::store::sqlite
