#pragma once

#include "model/time.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

// The text as the server takes it: a zero byte or a byte that is not UTF-8 becomes U+FFFD.
std::string storable(std::string_view text);

// A parameter on its way to the server.
struct Value {
    std::string bytes;
    bool null = false;
    bool binary = false;
};

Value valueOf(std::string_view text);
Value valueOf(double number);
Value valueOf(bool flag);
inline Value valueOf(const std::string& text) { return valueOf(std::string_view(text)); }
inline Value valueOf(const char* text) { return valueOf(std::string_view(text)); }
inline Value valueOf(Value value) { return value; }
template <std::integral T>
Value valueOf(T number) {
    return {.bytes = std::to_string(number)};
}
inline Value valueOf(Timestamp time) { return valueOf(time.time_since_epoch().count()); }
template <class T>
Value valueOf(const std::optional<T>& value) {
    return value ? valueOf(*value) : Value{.bytes = {}, .null = true};
}

// Of an array that is not empty, in the server's own form.
inline constexpr std::size_t arrayHeadSize = 20;

// A column of parameters for unnest, in the server's own form: no quoting, nothing to escape.
class Column {
  public:
    enum class Type : std::uint32_t { Flag = 16, Bytes = 17, Integer = 20, Text = 25, Real = 701 };

    explicit Column(Type type) : type_(type), bytes_(arrayHeadSize, '\0') {}

    void add(std::int64_t number);
    void add(double number);
    void add(bool flag);
    void add(std::string_view text);
    void add(const std::string& text) { add(std::string_view(text)); }
    void add(Timestamp time) { add(std::int64_t{time.time_since_epoch().count()}); }
    void add(std::nullopt_t);
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            add(std::nullopt);
        }
    }

    Value take();  // the column as a parameter; it is empty then

  private:
    Type type_;
    std::uint32_t count_ = 0;
    bool nulls_ = false;
    std::string bytes_;  // room for the head, then the values
};

// Rows as one parameter, for unnest to give back as they were: `unnest($1::offers[])`. Takes the server a third of the
// time that a column for each field does. `type` is the number by which the server knows the rows' type; all its fields
// come, in its order and of just its types.
class RowArray {
  public:
    // `expected` bytes in all.
    RowArray(std::uint32_t type, std::uint32_t fields, std::size_t expected);

    void begin();  // a row
    void add(std::int32_t number);
    void add(std::int64_t number);
    void add(double number);
    void add(std::string_view text);
    void add(const std::string& text) { add(std::string_view(text)); }
    void add(Timestamp time) { add(std::int64_t{time.time_since_epoch().count()}); }
    void add(const std::optional<double>& number);
    void add(const std::optional<std::string_view>& text);

    Value take() &&;  // the rows as a parameter

  private:
    void field(std::uint32_t type, std::string_view bytes);
    void null(std::uint32_t type);
    void end();

    std::uint32_t type_, fields_;
    std::uint32_t count_ = 0;
    std::size_t row_ = 0;  // where the last one begins
    std::string bytes_;    // room for the head, then the rows
};

inline Column integers() { return Column(Column::Type::Integer); }
inline Column texts() { return Column(Column::Type::Text); }
inline Column reals() { return Column(Column::Type::Real); }
inline Column flags() { return Column(Column::Type::Flag); }
inline Column blobs() { return Column(Column::Type::Bytes); }

// The values as one column: `column(texts(), names)`.
template <class Range>
Value column(Column made, const Range& values) {
    for (const auto& value : values) made.add(value);
    return made.take();
}

struct Statement {
    std::string sql;
    std::vector<Value> values;
};

template <class... Values>
Statement statementOf(std::string_view sql, Values&&... values) {
    Statement made{.sql = std::string(sql), .values = {}};
    made.values.reserve(sizeof...(values));
    (made.values.push_back(valueOf(std::forward<Values>(values))), ...);
    return made;
}

// Statements that are sent together, answered in one round trip, and are one transaction by themselves when none is
// open. Parameters are $1, $2, … in each.
class Batch {
  public:
    // Returns the place of its answer.
    template <class... Values>
    std::size_t add(std::string_view sql, Values&&... values) {
        return add(statementOf(sql, std::forward<Values>(values)...));
    }
    std::size_t add(Statement statement) {
        statements_.push_back(std::move(statement));
        return statements_.size() - 1;
    }
    void addFirst(std::string_view sql) { statements_.insert(statements_.begin(), Statement{std::string(sql), {}}); }

    std::span<const Statement> statements() const { return statements_; }
    bool empty() const { return statements_.empty(); }

  private:
    std::vector<Statement> statements_;
};

// A row of an answer, whose Rows must outlive it. Columns count from 0 and come in the server's binary form.
class Row {
  public:
    Row(const PGresult* result, int row) : result_(result), row_(row) {}

    bool isNull(int column) const { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t integer(int column) const;  // of any width; 0 for null
    double real(int column) const;
    std::string_view view(int column) const {
        return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }
    std::string text(int column) const;  // "" for null; a number as it is written
    bool flag(int column) const { return integer(column) != 0; }
    int number(int column) const { return static_cast<int>(integer(column)); }
    Timestamp time(int column) const { return Timestamp(std::chrono::milliseconds(integer(column))); }
    std::optional<std::int64_t> optionalInteger(int column) const;
    std::optional<double> optionalReal(int column) const;
    std::optional<Timestamp> optionalTime(int column) const;

  private:
    const PGresult* result_;
    int row_;
};

}  // namespace nextjob::store::postgres
