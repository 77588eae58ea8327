#pragma once

#include "model/error.hpp"
#include "model/time.hpp"
#include "store/migrations.hpp"
#include "store/postgres/connection.hpp"

#include <string>
#include <vector>

namespace nextjob::store::postgres {

// The migrations of this engine that the program carries, in order.
std::vector<Migration> shippedMigrations();

// Applies what is missing, each in a transaction of its own, behind a lock that lets one process at a time do so;
// returns the names. Conflict when a newer program made the schema, or an old one may not be changed; Unavailable
// when the server lacks pgvector. Throws PostgresError when the server is not there.
Result<std::vector<std::string>> bringUpToDate(Connection& connection, const std::vector<Migration>& migrations,
                                               bool apply, Timestamp now);

}  // namespace nextjob::store::postgres
