#pragma once

#include "model/time.hpp"

#include <chrono>

namespace nextjob::ingest {

// When a mailbox has its next turn. `random`, 0 to below 1, spreads mailboxes that would come together: by a fifth
// either way.
struct SyncSchedule {
    std::chrono::milliseconds shortest{60'000};      // after a run that found mail
    std::chrono::milliseconds longest{1'800'000};    // of a mailbox where nothing comes
    std::chrono::milliseconds watched{1'200'000};    // where mail is announced: a net under that
    std::chrono::milliseconds firstRetry{5'000};     // after a run that ended in trouble; twice that after two, …
    std::chrono::milliseconds messageRetry{10'000};  // before another try at a message; three times that after two, …

    // After a run that went well; `idleRuns` of them in a row found nothing.
    std::chrono::milliseconds afterLook(int idleRuns, bool isWatched, double random) const;
    // After as many runs in a row that ended in trouble, at least 1.
    std::chrono::milliseconds afterTrouble(int troubles, double random) const;
    // After as many tries at one message that failed, at least 1: up to an hour.
    std::chrono::milliseconds afterFailure(int attempts) const;
};

}  // namespace nextjob::ingest
