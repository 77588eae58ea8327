#include "store/postgres/migrate.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

// Of pg_advisory_lock, in our databases: "NxJb".
constexpr std::int64_t lockNumber = 0x4E784A62;

int currentVersion(Connection& connection) {
    if (connection.integerOf("select count(*) from pg_tables where schemaname = current_schema() "
                             "and tablename = 'schema_migrations'")
        == 0) {
        return 0;
    }
    return static_cast<int>(connection.integerOf("select coalesce(max(version), 0) from schema_migrations"));
}

// The lock of the session that migrates; a statement may take as long as it needs meanwhile.
class MigrationLock {
  public:
    explicit MigrationLock(Connection& connection) : connection_(connection) {
        const Rows before = connection_.script("show statement_timeout");
        timeout_ = std::string(before[0].view(0));
        connection_.script("set statement_timeout = 0");
        connection_.script(fmt::format("select pg_advisory_lock({})", lockNumber));
    }
    ~MigrationLock() {
        try {
            connection_.script(
                fmt::format("select pg_advisory_unlock({}); set statement_timeout = '{}'", lockNumber, timeout_));
        } catch (const PostgresError&) {
            return;  // the lock has gone with the connection
        }
    }
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;

  private:
    Connection& connection_;
    std::string timeout_;
};

Result<void> checkServer(Connection& connection) {
    constexpr int oldest = 150000;
    if (PQserverVersion(connection.handle()) < oldest)
        return failure(ErrorCode::Unavailable, "nextjob needs PostgreSQL 15 or later.");
    if (connection.integerOf("select count(*) from pg_available_extensions where name = 'vector'") == 0) {
        return failure(ErrorCode::Unavailable,
                       fmt::format("The database server lacks pgvector. Install it on the server's machine, on Debian "
                                   "and Ubuntu with: apt install postgresql-{0}-pgvector. Where there is no such "
                                   "package, docs/operations.md says how it is built.",
                                   PQserverVersion(connection.handle()) / 10000));
    }
    return {};
}

Result<void> applyOne(Connection& connection, const Migration& migration, Timestamp now) {
    try {
        connection.script(
            fmt::format("begin; {}; insert into schema_migrations (version, name, applied_at) "
                        "values ({}, '{}', {}); commit",
                        migration.sql, migration.version, migration.name, now.time_since_epoch().count()));
        return {};
    } catch (const PostgresError& error) {
        if (error.connectionLost()) throw;
        connection.script("rollback");
        return failure(ErrorCode::Internal, fmt::format("Migration {} failed: {}. The schema is as it was before it.",
                                                        migration.name, error.what()));
    }
}

// pgvector is no trusted extension: it takes a superuser, once a database.
Result<void> createExtension(Connection& connection) {
    try {
        connection.script("create extension if not exists vector");
        return {};
    } catch (const PostgresError& error) {
        if (error.connectionLost()) throw;
        return failure(ErrorCode::Unavailable,
                       fmt::format("pgvector can't be switched on in this database: {}. Have a superuser run in it: "
                                   "create extension vector",
                                   error.what()));
    }
}

}  // namespace

std::vector<Migration> shippedMigrations() { return store::shippedMigrations("postgres"); }

Result<std::vector<std::string>> bringUpToDate(Connection& connection, const std::vector<Migration>& migrations,
                                               bool apply, Timestamp now) {
    std::vector<std::string> applied;
    const int latest = migrations.empty() ? 0 : migrations.back().version;
    if (currentVersion(connection) == latest) return applied;
    const MigrationLock lock(connection);
    const int current = currentVersion(connection);
    if (auto fits = checkVersion(current, migrations, apply); !fits) return std::unexpected(fits.error());
    if (auto able = checkServer(connection); !able) return std::unexpected(able.error());
    if (auto created = createExtension(connection); !created) return std::unexpected(created.error());
    connection.script(
        "create table if not exists schema_migrations "
        "(version integer primary key, name text not null, applied_at bigint not null)");
    for (const Migration& migration : migrations) {
        if (migration.version <= current) continue;
        if (auto done = applyOne(connection, migration, now); !done) return std::unexpected(done.error());
        applied.emplace_back(migration.name);
    }
    return applied;
}

}  // namespace nextjob::store::postgres
