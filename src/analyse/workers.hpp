#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "queue/queue.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

#include <spdlog/fwd.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace nextjob::analyse {

class Analyser;

// Threads that take messages from the queue, analyse them and store what they say: a batch is one transaction, after
// which its messages are done. From construction to `stop` or destruction.
class Workers {
  public:
    // Everything given outlives them.
    Workers(store::Store& store, queue::Queue& queue, const Analyser& analyser, std::shared_ptr<spdlog::logger> log,
            unsigned threads);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Finishes the messages in hand, gives the rest of each batch back, and returns when all threads have ended.
    void stop();

    // Why store or queue have failed several times in a row without a success between (disk full, …). The threads keep
    // trying.
    std::optional<Error> trouble() const;

  private:
    struct Batch;

    void runThread();
    Task<void> work();
    Task<bool> handle(std::vector<queue::Claim> claims);
    Task<bool> end(Batch batch);
    Task<void> endOneByOne(Batch& batch);
    Task<void> rescoreGrown(store::IngestReport report);
    void failed(const Error& error);
    void succeeded();
    void pause();

    store::Store& store_;
    queue::Queue& queue_;
    const Analyser& analyser_;
    const std::shared_ptr<spdlog::logger> log_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::condition_variable stopped_;
    int failures_ = 0;                  // in a row; guarded by mutex_
    std::optional<Error> lastFailure_;  // guarded by mutex_
    std::vector<std::thread> threads_;
};

}  // namespace nextjob::analyse
