#pragma once

#include "model/error.hpp"
#include "model/message_record.hpp"
#include "model/task.hpp"
#include "queue/queue.hpp"

#include <spdlog/fwd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace nextjob::observe {
class AnalysisMetrics;
}

namespace nextjob::analyse {

class Analyser;
class Backend;

// Threads that take messages from the queue, analyse them and store what they say: a batch is one transaction, after
// which its messages are done. From construction to `stop` or destruction.
class Workers {
  public:
    // Everything given outlives them. A thread asks the queue for work for so long at a time, which `stop` waits for.
    Workers(Backend& backend, queue::Queue& queue, const Analyser& analyser, observe::AnalysisMetrics& metrics,
            std::shared_ptr<spdlog::logger> log, unsigned threads,
            std::chrono::milliseconds claimWait = std::chrono::milliseconds(250));
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
    Task<bool> prepared(std::vector<Claim>& claims);
    Task<bool> handle(std::vector<Claim> claims);
    Task<bool> end(Batch batch);
    Task<void> endOneByOne(Batch& batch);
    void tellDone(const AnalysedMessage& result);
    void failed(const Error& error);
    void succeeded();
    void pause();

    Backend& backend_;
    queue::Queue& queue_;
    const Analyser& analyser_;
    observe::AnalysisMetrics& metrics_;
    const std::shared_ptr<spdlog::logger> log_;
    const std::chrono::milliseconds claimWait_;
    const int threadCount_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::condition_variable stopped_;
    int failures_ = 0;                  // in a row; guarded by mutex_
    std::optional<Error> lastFailure_;  // guarded by mutex_
    std::vector<std::thread> threads_;
};

}  // namespace nextjob::analyse
