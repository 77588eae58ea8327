#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace nextjob::app {

// What a process of `nextjob serve` does.
struct Roles {
    bool api, ingest, analyse;

    // No names are all roles.
    explicit Roles(const std::vector<std::string>& names)
        : api(has(names, "api")), ingest(has(names, "ingest")), analyse(has(names, "analyse")) {}

  private:
    static bool has(const std::vector<std::string>& names, const char* role) {
        return names.empty() || std::ranges::find(names, role) != names.end();
    }
};

}  // namespace nextjob::app
