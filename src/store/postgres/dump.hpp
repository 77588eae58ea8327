#pragma once

#include "model/error.hpp"

#include <filesystem>
#include <string>

namespace nextjob::store::postgres {

// Has pg_dump write the database into this file in its custom format, complete or not at all. Blocks until it is done.
// Unavailable, with what pg_dump said, when it is not installed or refuses.
Result<void> dump(const std::string& url, const std::filesystem::path& file);

}  // namespace nextjob::store::postgres
