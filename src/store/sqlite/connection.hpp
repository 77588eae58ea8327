#pragma once

#include "model/time.hpp"

#include <sqlite3.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace nextjob::store::sqlite {

// A call that SQLite refused. Thrown inside a job only: the thread that runs the job turns it into an Error
// (failure.hpp).
class SqliteError : public std::runtime_error {
  public:
    SqliteError(int code, int systemError, const std::string& what)
        : std::runtime_error(what), code_(code), systemError_(systemError) {}

    int code() const { return code_; }                // extended
    int systemError() const { return systemError_; }  // errno of the last file call, 0 when there was none

  private:
    int code_;
    int systemError_;
};

// Bytes to bind without a copy; they must outlive the query.
struct Blob {
    std::string_view bytes;
};

struct StatementState;

// One run of a prepared statement, borrowed from its connection's cache and given back at the end. Parameters
// are $1, $2, … as in PostgreSQL, so that both engines read the same SQL. Columns count from 0.
class Query {
  public:
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query(Query&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    Query& operator=(Query&&) = delete;
    ~Query();

    bool step();  // whether there is a row

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;  // "" for null; blobs too
    bool flag(int column) const { return integer(column) != 0; }
    int number(int column) const { return static_cast<int>(integer(column)); }
    Timestamp time(int column) const { return Timestamp(std::chrono::milliseconds(integer(column))); }
    std::optional<std::int64_t> optionalInteger(int column) const;
    std::optional<double> optionalReal(int column) const;
    std::optional<Timestamp> optionalTime(int column) const;

    void bind(int parameter, std::nullopt_t);
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, double value);
    void bind(int parameter, std::string_view value);
    void bind(int parameter, Blob value);
    void bind(int parameter, Timestamp value) { bind(parameter, value.time_since_epoch().count()); }
    template <std::integral T>
    void bind(int parameter, T value) {
        bind(parameter, static_cast<std::int64_t>(value));
    }
    template <class T>
    void bind(int parameter, const std::optional<T>& value) {
        if (value) {
            bind(parameter, *value);
        } else {
            bind(parameter, std::nullopt);
        }
    }

  private:
    friend class Connection;
    explicit Query(StatementState& state) : state_(&state) {}

    StatementState* state_;
};

enum class OpenMode : std::uint8_t { ReadWrite, ReadOnly };

// One connection to one database file and its prepared statements. Used by one thread at a time.
class Connection {
  public:
    // Throws SqliteError. A file that is not there is made when it may be written, for its owner only.
    Connection(const std::filesystem::path& file, OpenMode mode, std::chrono::milliseconds lockWait);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Prepares (once for each text) and binds the values to $1, $2, … in their order.
    template <class... Values>
    Query query(std::string_view sql, const Values&... values) {
        Query made(statement(sql));
        int parameter = 0;
        (made.bind(++parameter, values), ...);
        return made;
    }

    // Runs a statement to its end; the number of rows that it changed.
    template <class... Values>
    int run(std::string_view sql, const Values&... values) {
        Query made = query(sql, values...);
        while (made.step()) {
        }
        return sqlite3_changes(handle_.get());
    }

    // The first column of the first row; 0 when there is none.
    template <class... Values>
    std::int64_t integerOf(std::string_view sql, const Values&... values) {
        Query made = query(sql, values...);
        return made.step() ? made.integer(0) : 0;
    }

    void script(const std::string& sql);  // several statements without parameters
    std::int64_t lastId() const { return sqlite3_last_insert_rowid(handle_.get()); }
    bool inTransaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    sqlite3* handle() { return handle_.get(); }

  private:
    struct Closer {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    StatementState& statement(std::string_view sql);

    std::unique_ptr<sqlite3, Closer> handle_;
    std::unordered_map<std::string, std::unique_ptr<StatementState>, TextHash, std::equal_to<>> statements_;
};

}  // namespace nextjob::store::sqlite
