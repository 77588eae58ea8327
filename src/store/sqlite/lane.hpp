#pragma once

#include "model/error.hpp"
#include "store/sqlite/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace nextjob::store::sqlite {

// Work for a thread that owns a connection. It may be run again when the transaction around it is lost, so
// running it leaves the job itself as it was.
class Job {
  public:
    virtual ~Job() = default;

    // Does the work; whether what it wrote shall stay. Throws SqliteError.
    virtual bool run(Connection& connection) = 0;
    virtual void fail(Error error) = 0;  // the result is this error
    virtual void complete() = 0;         // hands the result to whoever waits for it
};

// Jobs that wait for a thread, bounded. Shared by all threads.
class Lane {
  public:
    explicit Lane(std::size_t capacity) : capacity_(capacity) {}

    // Takes the job, or leaves it with the caller when the lane is full.
    bool push(std::unique_ptr<Job>& job);

    // Waits for work and takes up to `maximum` jobs; none when `patience` is over or the lane is closed and
    // empty.
    std::vector<std::unique_ptr<Job>> pop(std::size_t maximum, std::chrono::milliseconds patience);

    void close();  // takes no more; what waits is still worked off
    bool finished() const;
    std::size_t waiting() const;

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Job>> jobs_;
    bool closed_ = false;
};

}  // namespace nextjob::store::sqlite
