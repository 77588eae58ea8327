#include "store/not_found.hpp"
#include "store/postgres/list.hpp"
#include "store/postgres/postgres_messages.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

const std::string& findImport() {
    static const std::string sql = fmt::format("select {} from imports where id = $1", sql::importColumns);
    return sql;
}

Result<Import> importOf(const Rows& rows) {
    if (rows.empty()) return noSuchImport();
    return sql::readImport(rows[0]);
}

}  // namespace

void addToImport(Batch& batch, ImportId import, const ImportCounts& counts, Timestamp now) {
    batch.add(sql::addToImport, import, counts.fresh, counts.done, counts.skipped, counts.dead, counts.offersNew,
              counts.offersUpdated, now);
    batch.add(sql::endImportWhenNothingWaits, import, now);
}

Task<Result<Import>> PostgresImports::create(NewImport import) {
    auto work = [import = std::move(import), now = database_.now()](Call& call) -> Task<Result<Import>> {
        const Rows user = co_await call.query(sql::userExists, import.user);
        if (user.empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        const Rows made = co_await call.query(sql::insertImport, import.user, import.fileName, import.spoolPath,
                                              nameOf(import.state), import.bytes, now);
        Batch batch;
        batch.add(findImport(), made[0].integer(0));
        const auto found = co_await call.runAndCommit(std::move(batch));
        co_return importOf(found[0]);
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<Import>> PostgresImports::find(UserId user, ImportId id) {
    auto work = [user, id](Call& call) -> Task<Result<Import>> {
        const Rows rows = co_await call.query(findImport(), id);
        auto found = importOf(rows);
        if (found && found->user != user) co_return noSuchImport();
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<Page<Import>>> PostgresImports::list(UserId user, PageRequest page) {
    ListQuery imports{.name = "imports",
                      .columns = std::string(sql::importColumns),
                      .from = "imports",
                      .countFrom = "imports",
                      .where = "user_id = $1",
                      .values = {user},
                      .id = "id",
                      .key = "id",
                      .descending = true};
    return readPage<Import>(database_, std::move(imports), std::move(page), sql::readImport<Row>);
}

Task<Result<void>> PostgresImports::received(ImportId id, std::uint64_t bytes) {
    auto work = [id, bytes, now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch batch;
        batch.add(sql::importReceived, id, bytes, now);
        batch.add(findImport(), id);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[0].changed() == 1) co_return Result<void>{};
        const auto found = importOf(answers[1]);
        if (!found) co_return std::unexpected(found.error());
        co_return failure(ErrorCode::Conflict, fmt::format("The import is {} already.", nameOf(found->state)));
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<Import>> PostgresImports::readingFinished(ImportProgress progress) {
    auto work = [progress, now = database_.now()](Call& call) -> Task<Result<Import>> {
        Batch batch;
        batch.add(sql::finishReading, progress.import, progress.bytesRead, progress.seen, now);
        batch.add(sql::endImportWhenNothingWaits, progress.import, now);
        batch.add(findImport(), progress.import);
        const auto answers = co_await call.run(std::move(batch));
        co_return importOf(answers[2]);
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<void>> PostgresImports::fail(ImportId id, std::string error) {
    auto work = [id, error = std::move(error), now = database_.now()](Call& call) -> Task<Result<void>> {
        co_await call.query(sql::failImport, id, error, now);
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<std::uint64_t>> PostgresImports::unreadBytes(UserId user) {
    auto work = [user](Call& call) -> Task<Result<std::uint64_t>> {
        const Rows rows = co_await call.query(sql::unreadBytes, user);
        co_return static_cast<std::uint64_t>(rows[0].integer(0));
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<Import>>> PostgresImports::unfinished() {
    auto work = [](Call& call) -> Task<Result<std::vector<Import>>> {
        Batch batch;
        batch.add(fmt::format("select {} from imports where state in ('receiving', 'reading', 'analysing') order by id",
                              sql::importColumns));
        const auto answers = co_await call.run(std::move(batch));
        std::vector<Import> imports;
        for (int row = 0; row < answers[0].size(); ++row) imports.push_back(sql::readImport(answers[0][row]));
        co_return imports;
    };
    co_return co_await database_.read(std::move(work));
}

}  // namespace nextjob::store::postgres
