#include "model/names.hpp"
#include "store/not_found.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/list.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

Result<Import> findImport(Connection& connection, ImportId id) {
    Query query = connection.query(fmt::format("select {} from imports where id = $1", sql::importColumns), id);
    if (!query.step()) return noSuchImport();
    return sql::readImport(query);
}

}  // namespace

void addToImport(Connection& connection, ImportId import, const ImportCounts& counts, Timestamp now) {
    connection.run(sql::addToImport, import, counts.fresh, counts.done, counts.skipped, counts.dead, counts.offersNew,
                   counts.offersUpdated, now);
    connection.run(sql::endImportWhenNothingWaits, import, now);
}

Task<Result<Import>> SqliteImports::create(NewImport import) {
    return database_.write([this, import = std::move(import)](Connection& connection) -> Result<Import> {
        if (connection.integerOf(sql::userExists, import.user) == 0) {
            return failure(ErrorCode::NotFound, "There is no such user.");
        }
        const ImportId id = connection.integerOf(sql::insertImport, import.user, import.fileName, import.spoolPath,
                                                 nameOf(import.state), import.bytes, database_.now());
        return findImport(connection, id);
    });
}

Task<Result<Import>> SqliteImports::find(UserId user, ImportId id) {
    return database_.read([user, id](Connection& connection) -> Result<Import> {
        auto found = findImport(connection, id);
        if (found && found->user != user) return noSuchImport();
        return found;
    });
}

Task<Result<Page<Import>>> SqliteImports::list(UserId user, PageRequest page) {
    return database_.read([user, page = std::move(page)](Connection& connection) -> Result<Page<Import>> {
        const ListQuery imports{.name = "imports",
                                .columns = std::string(sql::importColumns),
                                .from = "imports",
                                .countFrom = "imports",
                                .where = "user_id = $1",
                                .values = {user},
                                .id = "id",
                                .key = "id",
                                .descending = true};
        const auto reader = PageReader::prepare(imports, page);
        if (!reader) return std::unexpected(reader.error());
        return reader->read<Import>(connection, sql::readImport<Query>);
    });
}

Task<Result<void>> SqliteImports::received(ImportId id, std::uint64_t bytes) {
    return database_.write([this, id, bytes](Connection& connection) -> Result<void> {
        if (connection.run(sql::importReceived, id, bytes, database_.now()) == 1) return {};
        const auto found = findImport(connection, id);
        if (!found) return std::unexpected(found.error());
        return failure(ErrorCode::Conflict, fmt::format("The import is {} already.", nameOf(found->state)));
    });
}

Task<Result<Import>> SqliteImports::readingFinished(ImportProgress progress) {
    return database_.write([this, progress](Connection& connection) -> Result<Import> {
        const Timestamp now = database_.now();
        connection.run(sql::finishReading, progress.import, progress.bytesRead, progress.seen, now);
        connection.run(sql::endImportWhenNothingWaits, progress.import, now);
        return findImport(connection, progress.import);
    });
}

Task<Result<void>> SqliteImports::fail(ImportId id, std::string error) {
    return database_.write([this, id, error = std::move(error)](Connection& connection) -> Result<void> {
        connection.run(sql::failImport, id, error, database_.now());
        return {};
    });
}

Task<Result<std::uint64_t>> SqliteImports::unreadBytes(UserId user) {
    return database_.read([user](Connection& connection) -> Result<std::uint64_t> {
        return static_cast<std::uint64_t>(connection.integerOf(sql::unreadBytes, user));
    });
}

Task<Result<std::vector<Import>>> SqliteImports::unfinished() {
    return database_.read([](Connection& connection) -> Result<std::vector<Import>> {
        std::vector<Import> imports;
        Query query = connection.query(
            fmt::format("select {} from imports where state in ('receiving', 'reading', 'analysing') order by id",
                        sql::importColumns));
        while (query.step()) imports.push_back(sql::readImport(query));
        return imports;
    });
}

}  // namespace nextjob::store::sqlite
