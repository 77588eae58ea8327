#pragma once

#include "model/error.hpp"
#include "store/sqlite/connection.hpp"

#include <filesystem>

namespace nextjob::store::sqlite {

// Copies what the connection sees now of `live` to `target`, for its owner only, complete or not at all; an
// older copy there is replaced. Conflict when the target is the live database or one of its journals.
Result<void> copyDatabase(Connection& connection, const std::filesystem::path& live,
                          const std::filesystem::path& target);

}  // namespace nextjob::store::sqlite
