#pragma once

#include "model/error.hpp"
#include "model/time.hpp"
#include "store/migrations.hpp"
#include "store/sqlite/connection.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::store::sqlite {

// The migrations in the program: src/store/migrations/sqlite/NNNN_name.sql.
std::vector<Migration> shippedMigrations();

// What a database file is told once, before its first table, and each connection that writes. Waits while
// other processes do the same. Invalid when the file is a database of another program.
Result<void> prepareFile(Connection& connection, const std::filesystem::path& file, std::chrono::milliseconds lockWait);

// Applies the migrations that the database lacks, each in a transaction of its own, so that a failing one
// leaves the schema as it was before it; any number of processes may do this at once. Returns the names of
// those applied here. Conflict when the database has migrations that the program lacks, or lacks some that
// may not be applied
// (`apply` is false); Internal when one fails.
Result<std::vector<std::string>> bringUpToDate(Connection& connection, const std::vector<Migration>& migrations,
                                               bool apply, Timestamp now);

}  // namespace nextjob::store::sqlite
