#include "store/postgres/database.hpp"

#include "store/postgres/migrate.hpp"

namespace nextjob::store::postgres {
namespace {

// Host and database, without what may be a password.
std::string whereIs(Connection& connection) {
    const char* const host = PQhost(connection.handle());
    const int version = PQserverVersion(connection.handle());
    return fmt::format("PostgreSQL {}.{}, database {} on {}:{}", version / 10000, version % 10000,
                       PQdb(connection.handle()), host == nullptr ? "" : host, PQport(connection.handle()));
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& url, const OpenOptions& options) {
    std::unique_ptr<Database> database(new Database(url, options));
    const PoolOptions pool{.url = url,
                           .connections = static_cast<std::size_t>(std::max(options.connections, 1)),
                           .connectionWait = options.serverWait,
                           .callDeadline = options.serverWait * 3,
                           .statementTimeout = options.serverWait * 2};
    database->callDeadline_ = pool.callDeadline;
    try {
        auto first = std::make_shared<Connection>(url, pool.statementTimeout);
        database->description_ = whereIs(*first);
        auto migrated = bringUpToDate(*first, shippedMigrations(), options.migrate, options.clock());
        if (!migrated) {
            return failure(migrated.error().code,
                           fmt::format("{} ({})", migrated.error().message, database->description_));
        }
        first->lookUpTypes();
        database->migrationsApplied_ = std::move(*migrated);
        database->pool_ = std::make_unique<Pool>(pool, std::move(first));
    } catch (const PostgresError& error) {
        if (!error.connectionLost()) return std::unexpected(describeFailure(error));
        return failure(ErrorCode::Unavailable,
                       fmt::format("The database of DATABASE_URL can't be reached: {}. Check that the server runs, and "
                                   "the host, port, database, user and password in DATABASE_URL.",
                                   error.what()));
    }
    return database;
}

// What was in the way is known already; a connection that does not even roll back is not lent again.
Task<void> Database::rollBack(Call& call) {
    try {
        co_await call.finish(false);
    } catch (const PostgresError&) {
        co_return;
    }
}

}  // namespace nextjob::store::postgres
