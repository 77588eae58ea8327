#pragma once

#include "ingest/importer.hpp"
#include "queue/queue.hpp"
#include "store/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/fwd.h>

#include <atomic>
#include <exception>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

namespace nextjob::ingest {

// Takes uploaded files of mail into the queue on a thread of its own, and removes each from the spool when it has been
// read. Several users' files are read in turns, batch by batch, so that nobody waits for somebody else's large one; one
// user's files one after the other. What is to be read stands in the store, so that an import which a dead process left
// behind, or which another process accepted, is read too; from its start, which the ledger makes harmless.
class SpoolImporter : public Importer {
  public:
    // Store and queue outlive it. With `reads` false it never reads: the spool is on the disk of the process with the
    // API, which accepts and reads. Throws std::runtime_error when the spool can't be made.
    SpoolImporter(store::Store& store, queue::Queue& queue, std::filesystem::path spool,
                  std::shared_ptr<spdlog::logger> log, bool reads);
    ~SpoolImporter() override;
    SpoolImporter(const SpoolImporter&) = delete;
    SpoolImporter& operator=(const SpoolImporter&) = delete;

    Task<Result<Import>> accept(ReceivedFile file) override;

    // Stops reading after the batches in hand; the next start goes on. Returns when the thread has ended.
    void stop();

  private:
    void runThread();
    Task<void> look();
    Task<void> startReading();
    Task<bool> read(Import import);
    Task<void> finish(Import import, Result<> outcome);
    void ended(UserId user, const std::exception_ptr& fault, bool finished);
    void lookAgain();
    void removeOrphans();

    store::Store& store_;
    queue::Queue& queue_;
    const std::filesystem::path spool_;
    const std::shared_ptr<spdlog::logger> log_;
    std::atomic<bool> stopping_{false};
    boost::asio::io_context loop_{1};
    boost::asio::steady_timer nextLook_{loop_};  // these three on the loop's thread
    bool changed_ = false;                       // something may be new in the store
    std::set<UserId> reading_;
    std::thread thread_;
};

}  // namespace nextjob::ingest
