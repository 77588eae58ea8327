#pragma once

#include <cstdint>

namespace nextjob::store {

// How the counts of an import change with its messages.
struct ImportCounts {
    std::int64_t fresh = 0, done = 0, skipped = 0, dead = 0, offersNew = 0, offersUpdated = 0;
};

}  // namespace nextjob::store
