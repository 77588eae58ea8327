#pragma once

#include "model/error.hpp"
#include "store/sqlite/connection.hpp"

#include <filesystem>

namespace nextjob::store::sqlite {

// What a refusal of SQLite means to the person who runs the program, naming the database file.
Error describeFailure(const SqliteError& error, const std::filesystem::path& file);

}  // namespace nextjob::store::sqlite
