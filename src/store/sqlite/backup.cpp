#include "store/sqlite/backup.hpp"

#include "store/sqlite/failure.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace nextjob::store::sqlite {
namespace {

namespace fs = std::filesystem;

bool isLive(const fs::path& live, const fs::path& target) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        const fs::path file = live.string() + suffix;
        if (fs::weakly_canonical(target, ignored) == fs::weakly_canonical(file, ignored)) return true;
        if (fs::exists(file, ignored) && fs::equivalent(file, target, ignored)) return true;
    }
    return false;
}

void copyPages(Connection& from, Connection& to) {
    const std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> copy(
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main"), &sqlite3_backup_finish);
    // All in one step: one snapshot, while others go on writing.
    const int code = copy ? sqlite3_backup_step(copy.get(), -1) : sqlite3_errcode(to.handle());
    if (code != SQLITE_DONE) throw SqliteError(code, sqlite3_system_errno(to.handle()), sqlite3_errstr(code));
}

// Whether the file's bytes, or the folder's entries, have reached the disk.
bool flush(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool flushed = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return flushed;
}

std::unexpected<Error> cannotWrite(const fs::path& target, const std::string& why) {
    return failure(ErrorCode::Unavailable, fmt::format("The backup {} can't be written: {}.", target.string(), why));
}

}  // namespace

Result<void> copyDatabase(Connection& connection, const fs::path& live, const fs::path& target) {
    if (isLive(live, target)) {
        return failure(ErrorCode::Conflict,
                       fmt::format("{} is the database itself. Name another file for its backup.", target.string()));
    }
    std::error_code failed;
    if (fs::is_directory(target, failed)) {
        return failure(ErrorCode::Invalid, fmt::format("{} is a folder. Name a file for the backup.", target.string()));
    }
    const fs::path partial = fmt::format("{}.partial-{}", target.string(), ::getpid());
    fs::remove(partial, failed);
    try {
        Connection copy(partial, OpenMode::ReadWrite, std::chrono::milliseconds(0));
        copyPages(connection, copy);
    } catch (const SqliteError& error) {
        fs::remove(partial, failed);
        return std::unexpected(describeFailure(error, target));
    }
    const bool flushed = flush(partial);
    const std::string why = std::generic_category().message(errno);
    if (flushed) fs::rename(partial, target, failed);
    if (!flushed || failed) {
        const std::string reason = flushed ? failed.message() : why;
        fs::remove(partial, failed);
        return cannotWrite(target, reason);
    }
    flush(fs::absolute(target, failed).parent_path());
    return {};
}

}  // namespace nextjob::store::sqlite
