#pragma once

#include "store/offers.hpp"
#include "store/postgres/call.hpp"

#include <atomic>
#include <vector>

namespace nextjob::store::postgres {

// Stores what services bring, of several callers in one transaction and two round trips. Nearly all of it is new, so
// it is written without asking whether it is known. Where a job is known after all, the server refuses its key, and the
// work is done anew with questions, as are the next few transactions: jobs that are sent again come together. Of two
// transactions that bring the same job, neither waits for the other until that one has it; in the end one of them takes
// the users for itself. Shared by all threads.
class Deliverer {
  public:
    // A report for each caller. Fails with isUniqueViolation where another attempt must follow.
    Task<Result<std::vector<DeliveryReport>>> deliver(Call& call,
                                                      std::vector<const std::vector<DeliveredOffer>*> callers,
                                                      Timestamp now, int attempt);

  private:
    std::atomic<int> doubts_{0};  // transactions that ask first
};

}  // namespace nextjob::store::postgres
