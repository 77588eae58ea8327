#pragma once

#include "model/task.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <utility>

namespace nextjob::ingest {

// Bounds how many batches of mail are in memory at once. For coroutines of one thread's event loop.
class FetchSlots {
  public:
    // Held from `take` to its end.
    class Slot {
      public:
        explicit Slot(FetchSlots& of) : slots_(&of) {}
        Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
        Slot& operator=(Slot&&) = delete;
        ~Slot() {
            if (slots_ != nullptr) slots_->giveBack();
        }

      private:
        FetchSlots* slots_;
    };

    explicit FetchSlots(int count) : free_(count) {}

    // In the order of asking.
    Task<Slot> take();

  private:
    void giveBack();

    int free_;
    std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace nextjob::ingest
