#pragma once

#include "ingest/sync/fetch_slots.hpp"
#include "ingest/sync/source_sync.hpp"
#include "ingest/sync/sync_progress.hpp"
#include "ingest/sync/sync_schedule.hpp"

#include <spdlog/fwd.h>

#include <atomic>
#include <functional>
#include <memory>

namespace nextjob::observe {
class SyncMetrics;
}

namespace nextjob::ingest {

class MailFilter;

// What all runs of a worker share. All of it outlives them.
struct SyncParts {
    SyncBackend& backend;
    const MailFilter& filter;
    observe::SyncMetrics& metrics;
    spdlog::logger& log;
    const SyncSchedule& schedule;
    FetchSlots& slots;                      // batches in memory at once
    const std::function<double()>& random;  // 0 to below 1
    const std::atomic<bool>& stopping;      // runs end within the messages in hand
    int messagesOfRun;                      // then others have their turn first
};

// A run over one mailbox from its lease to its end. On the thread of its event loop.
class MailboxRun final : public SyncRun {
  public:
    MailboxRun(const SyncParts& parts, SourceSync& source, MailboxLease lease);

    // The whole run: looks, fetches, filters, hands over, ends the lease. Call it once.
    Task<void> run();
    // Holds the lease for longer; whoever runs this calls it every few seconds meanwhile.
    Task<void> extend();
    LeaseKey key() const { return lease_.key; }

    const Mailbox& mailbox() const override { return lease_.mailbox; }
    SyncBackend& backend() override { return parts_.backend; }
    bool resumed() const override { return resumed_; }
    Task<SourceResult<int>> advance(std::string cursor, std::vector<std::string> seen) override;

  private:
    struct Sorted;

    void begin();
    Task<SourceResult<SyncLook>> lookAndFetch();
    Task<SourceResult<>> fetchAll(SourceRun& source);
    Task<SourceResult<bool>> fetchSome(SourceRun& source);
    Sorted sort(const std::vector<UnfetchedMessage>& asked, std::vector<FetchedMessage> fetched);
    void sortOne(const UnfetchedMessage& asked, FetchedMessage fetched, Sorted& into);
    FetchOutcome outcomeOf(const UnfetchedMessage& asked, NotFetched why);
    Task<SourceResult<>> settle(Sorted sorted);
    Task<Result<void>> accept(std::vector<RawMessage> messages);
    void countAccepted(const queue::Accepted& accepted);
    Task<Result<void>> tell();
    void estimate();

    SourceError stopped(const Error& error);
    Task<void> end(SourceResult<SyncLook> looked);
    std::string_view fail(const SourceError& error, Timestamp now, SyncEnd& into);
    void note(std::string_view outcome);

    const SyncParts parts_;
    SourceSync& source_;
    MailboxLease lease_;
    SyncProgress progress_;
    const Timestamp began_;
    bool resumed_ = false;
    bool lost_ = false;         // the lease is another's, or the mailbox is gone
    bool held_ = false;         // the backend takes nothing more now
    bool more_ = false;         // messages are left for the next turn
    bool oneByOne_ = false;     // the queue has refused a batch
    int handled_ = 0;           // messages in this turn
    Timestamp told_{};          // when the progress was last kept
    std::string cursorToKeep_;  // that no advance has kept yet
};

}  // namespace nextjob::ingest
