#pragma once

#include "queue/queue.hpp"
#include "store/postgres/call.hpp"

#include <optional>
#include <vector>

namespace nextjob::queue::postgres {

// Queue::accept inside a transaction; nothing when the queue is full.
Task<Result<std::optional<Accepted>>> acceptIfRoom(store::postgres::Call& call,
                                                   std::shared_ptr<const std::vector<RawMessage>> messages,
                                                   std::optional<ImportProgress> progress, Options options,
                                                   Timestamp now);

}  // namespace nextjob::queue::postgres
