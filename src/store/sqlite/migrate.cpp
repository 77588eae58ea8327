#include "store/sqlite/migrate.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>

namespace nextjob::store::sqlite {
namespace {

// Marks the file as ours, for file(1) and against opening another program's database: "NxJb".
constexpr std::int64_t applicationId = 0x4E784A62;

// Changing the journal mode needs the file alone, and SQLite does not wait for that by itself.
void enterWal(Connection& connection, std::chrono::milliseconds lockWait) {
    const auto deadline = std::chrono::steady_clock::now() + lockWait;
    while (true) {
        try {
            connection.run("pragma journal_mode = wal");
            return;
        } catch (const SqliteError& error) {
            const bool busy = (error.code() & 0xff) == SQLITE_BUSY;
            if (!busy || std::chrono::steady_clock::now() >= deadline) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
}

int currentVersion(Connection& connection) {
    return static_cast<int>(connection.integerOf("select coalesce(max(version), 0) from schema_migrations"));
}

// Holds off what foreign keys do while migrations run, so that one of them may make a table anew that others refer to;
// each is checked before it is kept.
class ForeignKeysOff {
  public:
    explicit ForeignKeysOff(Connection& connection) : connection_(connection) {
        connection_.run("pragma foreign_keys = off");
    }
    ~ForeignKeysOff() {
        try {
            connection_.run("pragma foreign_keys = on");
        } catch (const SqliteError&) {
            std::terminate();  // nothing fails here; to go on without them would be worse
        }
    }
    ForeignKeysOff(const ForeignKeysOff&) = delete;
    ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;

  private:
    Connection& connection_;
};

Result<void> checkForeignKeys(Connection& connection, const Migration& migration) {
    Query stray = connection.query("pragma foreign_key_check");
    if (!stray.step()) return {};
    return failure(
        ErrorCode::Internal,
        fmt::format("Migration {} failed: row {} of {} refers to a row of {} that is not there. The schema is "
                    "as it was before it.",
                    migration.name, stray.integer(1), stray.text(0), stray.text(2)));
}

// Whether this call applied it; another process may have been first.
Result<bool> applyOne(Connection& connection, const Migration& migration, Timestamp now) {
    connection.run("begin immediate");
    try {
        const bool first = currentVersion(connection) < migration.version;
        if (first) {
            connection.script(std::string(migration.sql));
            connection.run("insert into schema_migrations (version, name, applied_at) values ($1, $2, $3)",
                           migration.version, migration.name, now);
            if (auto whole = checkForeignKeys(connection, migration); !whole) {
                connection.run("rollback");
                return std::unexpected(std::move(whole.error()));
            }
        }
        connection.run("commit");
        return first;
    } catch (const SqliteError& error) {
        if (connection.inTransaction()) connection.run("rollback");
        const int primary = error.code() & 0xff;
        if (primary == SQLITE_FULL || primary == SQLITE_IOERR || primary == SQLITE_BUSY) throw;
        return failure(ErrorCode::Internal, fmt::format("Migration {} failed: {}. The schema is as it was before it.",
                                                        migration.name, error.what()));
    }
}

}  // namespace

std::vector<Migration> shippedMigrations() { return store::shippedMigrations("sqlite"); }

Result<void> prepareFile(Connection& connection, const std::filesystem::path& file,
                         std::chrono::milliseconds lockWait) {
    connection.run("begin");  // one look at both: another process may be making the file
    const std::int64_t mark = connection.integerOf("pragma application_id");
    const bool empty = connection.integerOf("select count(*) from sqlite_schema") == 0;
    connection.run("commit");
    if (mark != applicationId && !(mark == 0 && empty)) {
        return failure(ErrorCode::Invalid, fmt::format("{} is a database of another program. Choose another file in "
                                                       "DATABASE_URL.",
                                                       file.string()));
    }
    // Deleted messages give their pages back. Holds only when said before the first page is written.
    if (empty) connection.run("pragma auto_vacuum = incremental");
    enterWal(connection, lockWait);
    connection.run(fmt::format("pragma application_id = {}", applicationId));
    connection.run("pragma foreign_keys = on");
    // FULL, not NORMAL: what was accepted is then safe from a power cut too, for one flush a transaction.
    connection.run("pragma synchronous = full");
    connection.run("pragma cache_size = -8192");
    // Messages enter and leave quickly: a longer journal is copied into the file less often.
    connection.run("pragma wal_autocheckpoint = 4000");
    connection.run("pragma journal_size_limit = 33554432");
    connection.run("pragma temp_store = memory");
    return {};
}

Result<std::vector<std::string>> bringUpToDate(Connection& connection, const std::vector<Migration>& migrations,
                                               bool apply, Timestamp now) {
    connection.run(
        "create table if not exists schema_migrations "
        "(version integer primary key, name text not null, applied_at integer not null) strict");
    const int current = currentVersion(connection);
    if (auto fits = checkVersion(current, migrations, apply); !fits) return std::unexpected(fits.error());
    std::vector<std::string> applied;
    if (migrations.empty() || current == migrations.back().version) return applied;
    const ForeignKeysOff off(connection);
    for (const Migration& migration : migrations) {
        if (migration.version <= current) continue;
        const auto first = applyOne(connection, migration, now);
        if (!first) return std::unexpected(first.error());
        if (*first) applied.emplace_back(migration.name);
    }
    return applied;
}

}  // namespace nextjob::store::sqlite
