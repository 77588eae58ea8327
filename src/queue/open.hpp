#pragma once

#include "model/error.hpp"
#include "queue/queue.hpp"
#include "store/store.hpp"

#include <memory>

namespace nextjob::queue {

// The queue that needs no other server: it lives in the store's own database, so that ledger, queue and offers
// change in one transaction. The store must outlive it. Invalid when the store's engine has no queue of its
// own.
Result<std::unique_ptr<Queue>> open(store::Store& store, Options options = {});

}  // namespace nextjob::queue
