#include "store/sqlite/database.hpp"

#include "store/sqlite/failure.hpp"
#include "store/sqlite/folder_lock.hpp"
#include "store/sqlite/migrate.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace nextjob::store::sqlite {
namespace {

// More jobs than this wait only when the disk hangs; then it is better to say so than to fill memory.
constexpr std::size_t maximumWaiting = 4096;
// A transaction takes what waits, up to this many jobs: enough to share the price of a commit, few enough
// that nobody waits long for the others.
constexpr std::size_t maximumTogether = 64;
constexpr std::chrono::milliseconds idleBeforeTidying{2000};

// What a job failed with, when it threw.
template <class Action>
std::optional<Error> attempt(const std::filesystem::path& file, Action action) {
    try {
        action();
        return std::nullopt;
    } catch (const SqliteError& error) {
        return describeFailure(error, file);
    } catch (const std::exception& error) {
        return Error{ErrorCode::Internal, fmt::format("A database call failed: {}.", error.what())};
    }
}

void rollBack(Connection& connection) {
    if (connection.inTransaction()) connection.run("rollback");
}

}  // namespace

Database::Database(std::filesystem::path file, const OpenOptions& options)
    : file_(std::move(file)), clock_(options.clock), writes_(maximumWaiting), reads_(maximumWaiting) {}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, const OpenOptions& options) {
    std::unique_ptr<Database> database(new Database(file, options));
    try {
        const FolderLock alone(file.parent_path(), options.lockWait);
        auto writer = std::make_unique<Connection>(file, OpenMode::ReadWrite, options.lockWait);
        if (auto prepared = prepareFile(*writer, file, options.lockWait); !prepared) {
            return std::unexpected(prepared.error());
        }
        auto migrated = bringUpToDate(*writer, shippedMigrations(), options.migrate, options.clock());
        if (!migrated) {
            return failure(migrated.error().code, fmt::format("{} ({})", migrated.error().message, file.string()));
        }
        database->migrationsApplied_ = std::move(*migrated);
        database->connections_.push_back(std::move(writer));
        for (int reader = 0; reader < options.readers; ++reader) {
            database->connections_.push_back(std::make_unique<Connection>(file, OpenMode::ReadOnly, options.lockWait));
        }
    } catch (const SqliteError& error) {
        return std::unexpected(describeFailure(error, file));
    }
    Database* self = database.get();
    for (std::size_t place = 0; place < self->connections_.size(); ++place) {
        Connection& connection = *self->connections_[place];
        self->threads_.emplace_back([self, place, &connection] {
            if (place == 0) {
                self->writeLoop(connection);
            } else {
                self->readLoop(connection);
            }
        });
    }
    return database;
}

Database::~Database() {
    writes_.close();
    reads_.close();
    threads_.clear();
    // The writer last: the last connection empties the journal into the file, and readers may not.
    while (!connections_.empty()) connections_.pop_back();
}

Connections Database::connections() const {
    return {.open = static_cast<std::int64_t>(connections_.size()),
            .waiting = static_cast<std::int64_t>(writes_.waiting() + reads_.waiting())};
}

void Database::refuse(std::unique_ptr<Job> job) const {
    job->fail({ErrorCode::Unavailable, fmt::format("Too many calls wait for the database {}.", file_.string())});
    job->complete();
}

void Database::writeLoop(Connection& connection) {
    bool untidy = true;
    while (!writes_.finished()) {
        auto jobs = writes_.pop(maximumTogether, untidy ? idleBeforeTidying : std::chrono::milliseconds::max());
        if (jobs.empty()) {
            untidy = false;
            attempt(file_, [&] { untidy = !tidy(connection); });
        } else {
            writeTogether(connection, jobs);
            untidy = true;
        }
    }
}

void Database::writeTogether(Connection& connection, std::vector<std::unique_ptr<Job>>& jobs) {
    if (jobs.size() == 1 || !tryTogether(connection, jobs)) {
        for (auto& job : jobs) writeAlone(connection, *job);
    }
    for (auto& job : jobs) job->complete();
}

// Whether each job has its result. When the transaction itself is lost, none has, and nothing is written.
bool Database::tryTogether(Connection& connection, std::vector<std::unique_ptr<Job>>& jobs) {
    if (const auto locked = attempt(file_, [&] { connection.run("begin immediate"); })) {
        for (auto& job : jobs) job->fail(*locked);
        return true;
    }
    const auto lost = attempt(file_, [&] {
        for (auto& job : jobs) {
            connection.run("savepoint job");
            bool keep = false;
            const auto failed = attempt(file_, [&] { keep = job->run(connection); });
            if (failed) job->fail(*failed);
            if (!keep) connection.run("rollback to job");
            connection.run("release job");
        }
        connection.run("commit");
    });
    if (lost) attempt(file_, [&] { rollBack(connection); });
    return !lost;
}

void Database::writeAlone(Connection& connection, Job& job) {
    const auto failed = attempt(file_, [&] {
        connection.run("begin immediate");
        connection.run(job.run(connection) ? "commit" : "rollback");
    });
    if (!failed) return;
    attempt(file_, [&] { rollBack(connection); });
    job.fail(*failed);
}

void Database::readLoop(Connection& connection) {
    while (!reads_.finished()) {
        for (auto& job : reads_.pop(1, std::chrono::milliseconds::max())) {
            const auto failed = attempt(file_, [&] {
                connection.run("begin");
                job->run(connection);
                connection.run("commit");
            });
            if (failed) {
                attempt(file_, [&] { rollBack(connection); });
                job->fail(*failed);
            }
            job->complete();
        }
    }
}

// Gives pages that finished messages have left back to the disk, when nobody waits for the writer. A bounded
// piece of it, so that nobody has to; whether it is done.
bool Database::tidy(Connection& connection) {
    constexpr std::int64_t pagesWorthIt = 2048;
    const bool vacuumed = connection.integerOf("pragma freelist_count") > pagesWorthIt;
    if (vacuumed) connection.run("pragma incremental_vacuum(8192)");
    connection.run("pragma wal_checkpoint(passive)");
    if (vacuumed && connection.integerOf("pragma freelist_count") > pagesWorthIt) return false;
    connection.run("pragma optimize");
    return true;
}

}  // namespace nextjob::store::sqlite
