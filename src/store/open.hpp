#pragma once

#include "model/error.hpp"
#include "model/time.hpp"
#include "store/store.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::store {

struct OpenOptions {
    bool migrate = true;                         // bring the schema up to date; otherwise an old one is an error
    int readers = 2;                             // SQLite: connections that read beside the one that writes
    std::chrono::milliseconds lockWait{10'000};  // SQLite: for another process that writes
    int connections = 8;                         // PostgreSQL: at most so many
    // PostgreSQL: how long a call waits for a connection; for an answer to a statement it waits up to three times that.
    std::chrono::milliseconds serverWait{5'000};
    std::function<Timestamp()> clock = currentTime;
};

// Opens the database at DATABASE_URL, making it (and its directory, for its owner only) when it is not there:
//   sqlite:///relative/path.db   below the working directory      sqlite:////absolute/path.db
// with %20 and the like decoded, or connects to a database that is there, as libpq reads it:
//   postgresql://user:password@host:port/database?sslmode=verify-full   or postgres://…
// Blocks; for start-up. Invalid for any other URL, saying what would be right; Unavailable when the file can't be
// opened or the server not reached; Conflict when a newer program has made the schema.
Result<std::unique_ptr<Store>> open(std::string_view databaseUrl, OpenOptions options = {});

// The DATABASE_URL of a SQLite file.
std::string sqliteUrl(const std::filesystem::path& file);

// The file that a SQLite DATABASE_URL names, whether it is there or not; nothing for any other URL.
std::optional<std::filesystem::path> sqliteFile(std::string_view databaseUrl);

}  // namespace nextjob::store
