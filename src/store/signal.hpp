#pragma once

#include "model/task.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace nextjob::store {

// Wakes coroutines of this process that wait for something to change in the database. Shared by all threads.
class Signal {
  public:
    class Waiter;

    // From now on a notify is remembered by the waiter: subscribe, look, then wait.
    Task<std::shared_ptr<Waiter>> subscribe();

    // Returns when notified since subscribe, or after `patience`: other processes notify nobody here.
    static Task<void> wait(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds patience);

    void notify();

  private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Waiter>> waiters_;
};

}  // namespace nextjob::store
