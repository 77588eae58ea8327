#include "store/sqlite/sqlite_store.hpp"

#include "store/sql/totals.hpp"
#include "store/sqlite/backup.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

constexpr std::chrono::milliseconds lockWait{60'000};
constexpr std::chrono::seconds totalsLife{30};

// The folders that are missing, for their owner only.
Result<void> makeFolder(const std::filesystem::path& folder) {
    std::error_code failed;
    if (std::filesystem::is_directory(folder, failed)) return {};
    if (folder.has_parent_path() && folder.parent_path() != folder) {
        if (auto parent = makeFolder(folder.parent_path()); !parent) return parent;
    }
    std::filesystem::create_directory(folder, failed);
    if (!failed) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    if (failed) {
        return failure(ErrorCode::Unavailable, fmt::format("The folder {} for the database can't be made: {}.",
                                                           folder.string(), failed.message()));
    }
    return {};
}

Result<std::vector<std::string>> checkTables(Connection& connection) {
    std::vector<std::string> damage;
    Query pages = connection.query("pragma integrity_check");
    while (pages.step()) {
        if (std::string line = pages.text(0); line != "ok") damage.push_back(std::move(line));
    }
    Query references = connection.query("pragma foreign_key_check");
    while (references.step()) {
        damage.push_back(fmt::format("Row {} of {} refers to a row of {} that is not there.", references.integer(1),
                                     references.text(0), references.text(2)));
    }
    return damage;
}

Result<Totals> countAll(Connection& connection) {
    Totals totals{.users = connection.integerOf(sql::countUsers), .offers = connection.integerOf(sql::countOffers)};
    totals.messages = readCounts(connection.query(sql::countAllMessages));
    return totals;
}

}  // namespace

Result<std::unique_ptr<Store>> SqliteStore::open(const std::filesystem::path& file, const OpenOptions& options) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(file, failed);
    if (failed || absolute.filename().empty() || std::filesystem::is_directory(absolute, failed)) {
        return failure(ErrorCode::Invalid,
                       fmt::format("{} is a folder; DATABASE_URL must name a file.", file.string()));
    }
    if (auto made = makeFolder(absolute.parent_path()); !made) return std::unexpected(made.error());
    auto database = Database::open(absolute, options);
    if (!database) return std::unexpected(std::move(database.error()));
    return std::make_unique<SqliteStore>(std::move(*database));
}

Task<Result<void>> SqliteStore::ping() {
    return database_->read([](Connection& connection) -> Result<void> {
        connection.integerOf("select max(version) from schema_migrations");
        return {};
    });
}

Task<Result<Totals>> SqliteStore::totals() {
    {
        const std::scoped_lock lock(mutex_);
        if (std::chrono::steady_clock::now() < totalsUntil_) co_return totals_;
    }
    auto counted = co_await database_->read(countAll);
    if (!counted) co_return counted;
    const std::scoped_lock lock(mutex_);
    totals_ = *counted;
    totalsUntil_ = std::chrono::steady_clock::now() + totalsLife;
    co_return counted;
}

std::string SqliteStore::describe() const {
    return fmt::format("SQLite {} in {}", sqlite3_libversion(), database_->file().string());
}

Task<Result<std::vector<std::string>>> SqliteStore::check() { return database_->read(checkTables); }

Task<Result<void>> SqliteStore::backup(std::filesystem::path file) {
    return database_->read([this, file = std::move(file)](Connection& connection) {
        return copyDatabase(connection, database_->file(), file);
    });
}

Task<Result<void>> SqliteStore::vacuum() {
    // On a connection of its own: VACUUM runs in no transaction.
    return database_->read([this](Connection&) -> Result<void> {
        Connection own(database_->file(), OpenMode::ReadWrite, lockWait);
        own.run("vacuum");
        own.run("pragma wal_checkpoint(truncate)");
        return {};
    });
}

}  // namespace nextjob::store::sqlite
