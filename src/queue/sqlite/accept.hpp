#pragma once

#include "model/import.hpp"
#include "model/raw_message.hpp"
#include "queue/queue.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>
#include <vector>

namespace nextjob::queue::sqlite {

// Queue::accept inside a transaction; nothing when the queue is full.
Result<std::optional<Accepted>> acceptIfRoom(store::sqlite::Connection& connection,
                                             const std::vector<RawMessage>& messages,
                                             const std::optional<ImportProgress>& progress, const Options& options,
                                             Timestamp now);

}  // namespace nextjob::queue::sqlite
