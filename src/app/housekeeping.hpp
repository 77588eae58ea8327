#pragma once

#include "store/store.hpp"

#include <spdlog/fwd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace nextjob::app {

// What a server does once in a while so that it does not grow with what nobody needs any more: every hour it forgets
// sessions that ended a week ago, and every few seconds it gives freed memory back to the system. On a thread of its
// own; several servers on one database may.
class Housekeeping {
  public:
    // The store outlives it.
    Housekeeping(store::Store& store, std::shared_ptr<spdlog::logger> log);
    ~Housekeeping();
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

  private:
    void run();
    void tidy();

    store::Store& store_;
    const std::shared_ptr<spdlog::logger> log_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace nextjob::app
