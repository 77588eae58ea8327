#include "store/sqlite/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace nextjob::store::sqlite {
namespace {

bool isOutOfSpace(const SqliteError& error) {
    const int primary = error.code() & 0xff;
    const int system = error.systemError();
    return primary == SQLITE_FULL
           || (primary == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT || system == EFBIG));
}

}  // namespace

Error describeFailure(const SqliteError& error, const std::filesystem::path& file) {
    const std::string name = file.string();
    const std::string system = error.systemError() == 0
                                   ? std::string()
                                   : fmt::format(" ({})", std::generic_category().message(error.systemError()));
    if (isOutOfSpace(error)) {
        return {
            ErrorCode::Unavailable,
            fmt::format("The disk is full: {} can't grow. Make room and try again; nothing was half-written.", name)};
    }
    switch (error.code() & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Unavailable,
                    fmt::format("Another program holds the database {} for too long. Try again.", name)};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::Conflict, fmt::format("The database refuses this value: {}.", error.what())};
        case SQLITE_TOOBIG: return {ErrorCode::TooLarge, "A value is larger than the database takes (1 GB)."};
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {ErrorCode::Unavailable,
                    fmt::format("The database {} can't be opened or written{}: {}. Check that its folder exists and "
                                "that both belong to the user who runs nextjob.",
                                name, system, error.what())};
        case SQLITE_IOERR:
            return {ErrorCode::Unavailable,
                    fmt::format("The disk fails under the database {}{}: {}.", name, system, error.what())};
        case SQLITE_NOMEM:
        case SQLITE_INTERRUPT:
            return {ErrorCode::Unavailable, fmt::format("The database {} had to stop: {}.", name, error.what())};
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return {ErrorCode::Internal,
                    fmt::format("The database {} is damaged or no database: {}. `nextjob doctor` tells more; restore "
                                "the latest backup.",
                                name, error.what())};
        default: return {ErrorCode::Internal, fmt::format("The database {} failed: {}.", name, error.what())};
    }
}

}  // namespace nextjob::store::sqlite
