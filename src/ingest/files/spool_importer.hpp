#pragma once

#include "ingest/importer.hpp"
#include "queue/queue.hpp"
#include "store/store.hpp"

#include <spdlog/fwd.h>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace nextjob::ingest {

// Takes uploaded files of mail into the queue, one after the other on a thread of its own, and removes each from the
// spool when it has been read. What is to be read stands in the store, so that an import which a dead process left
// behind, or which another process accepted, is read too; from its start, which the ledger makes harmless.
class SpoolImporter : public Importer {
  public:
    // Store and queue outlive it. With `reads` false it only accepts, and a process with the ingest role reads. Throws
    // std::runtime_error when the spool can't be made.
    SpoolImporter(store::Store& store, queue::Queue& queue, std::filesystem::path spool,
                  std::shared_ptr<spdlog::logger> log, bool reads);
    ~SpoolImporter() override;
    SpoolImporter(const SpoolImporter&) = delete;
    SpoolImporter& operator=(const SpoolImporter&) = delete;

    Task<Result<Import>> accept(ReceivedFile file) override;

    // Stops reading after the batch in hand; the next start goes on. Returns when the thread has ended.
    void stop();

  private:
    void runThread();
    Task<void> readAll();
    Task<void> read(Import import);
    Task<void> finish(Import import, Result<> outcome);
    void removeOrphans();
    bool stopping() const;

    store::Store& store_;
    queue::Queue& queue_;
    const std::filesystem::path spool_;
    const std::shared_ptr<spdlog::logger> log_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool accepted_ = false;  // guarded by mutex_: something may be new in the store
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace nextjob::ingest
