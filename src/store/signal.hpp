#pragma once

#include "model/task.hpp"

#include <chrono>
#include <memory>

namespace nextjob::store {

// Wakes coroutines of this process that wait for something to change in the database. Shared by all threads.
class Signal {
  public:
    class Waiter;

    Signal();

    // From now on a notify is remembered by the waiter: subscribe, look, then wait.
    Task<std::shared_ptr<Waiter>> subscribe();

    // Returns when notified since subscribe, or after `patience`: other processes notify nobody here.
    static Task<void> wait(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds patience);

    void notify();

  private:
    // Who waits. Shared with the waiters, of which one may end after the signal.
    struct Register;

    std::shared_ptr<Register> register_;
};

}  // namespace nextjob::store
