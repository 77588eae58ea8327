#pragma once

#include "model/error.hpp"

#include <string_view>
#include <vector>

namespace nextjob::store {

// One step of the schema. Steps are only ever appended, in the order of their numbers from 1.
struct Migration {
    int version;
    std::string_view name;  // "0001_first"
    std::string_view sql;
};

// The migrations in the program: src/store/migrations/ENGINE/NNNN_name.sql.
std::vector<Migration> shippedMigrations(std::string_view engine);

// Whether a database at this version can be brought up to date. Conflict when it is newer than the program, or older
// and may not be changed (`apply` is false).
Result<void> checkVersion(int current, const std::vector<Migration>& migrations, bool apply);

}  // namespace nextjob::store
