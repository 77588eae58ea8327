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
    int readers = 2;                             // connections that read beside the one that writes
    std::chrono::milliseconds lockWait{10'000};  // for another process that writes
    std::function<Timestamp()> clock = currentTime;
};

// Opens the database at DATABASE_URL, making it (and its directory, for its owner only) when it is not there:
//   sqlite:///relative/path.db   below the working directory      sqlite:////absolute/path.db
// with %20 and the like decoded. Blocks; for start-up. Invalid for any other URL, saying what would be right;
// Unavailable when the file can't be opened; Conflict when a newer program has made the schema.
Result<std::unique_ptr<Store>> open(std::string_view databaseUrl, OpenOptions options = {});

// The DATABASE_URL of a SQLite file.
std::string sqliteUrl(const std::filesystem::path& file);

// The file that a SQLite DATABASE_URL names, whether it is there or not; nothing for any other URL.
std::optional<std::filesystem::path> sqliteFile(std::string_view databaseUrl);

}  // namespace nextjob::store
