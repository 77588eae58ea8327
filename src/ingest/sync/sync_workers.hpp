#pragma once

#include "ingest/sync/source_sync.hpp"
#include "ingest/sync/sync_schedule.hpp"

#include <spdlog/fwd.h>

#include <functional>
#include <memory>
#include <vector>

namespace nextjob::observe {
class SyncMetrics;
}

namespace nextjob::ingest {

struct SyncOptions {
    int runs = 32;             // mailboxes at once
    int fetches = 8;           // batches of mail in memory at once
    int messagesOfRun = 1000;  // fetched from a mailbox before others have their turn
    SyncSchedule schedule{};
    std::function<double()> random{};  // 0 to below 1; for tests
};

// Keeps mailboxes in step: leases those that are due, runs many at once on a thread of its own, and says when each is
// due next. Several such workers, in any processes, share the mailboxes: the backend gives each to one of them. From
// construction to `stop` or destruction.
class SyncWorkers {
  public:
    // Everything given outlives it; `sources` are the kinds of mailboxes that it takes.
    SyncWorkers(SyncBackend& backend, std::vector<std::unique_ptr<SourceSync>> sources, observe::SyncMetrics& metrics,
                std::shared_ptr<spdlog::logger> log, SyncOptions options = {});
    ~SyncWorkers();
    SyncWorkers(const SyncWorkers&) = delete;
    SyncWorkers& operator=(const SyncWorkers&) = delete;

    // Takes no more mailboxes, ends each run after the batch in hand, gives the leases back and returns when that is
    // done.
    void stop();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::ingest
