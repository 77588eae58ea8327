#pragma once

#include <optional>
#include <string>

namespace nextjob::app {

struct DigestOptions {
    std::string email;
    std::optional<int> limit;
    bool json = false;
    bool csv = false;
};

// `nextjob digest`: the user's best offers on standard output, as a table, JSON or CSV. Returns the exit status.
int digest(const DigestOptions& options);

}  // namespace nextjob::app
