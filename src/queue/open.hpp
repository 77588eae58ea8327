#pragma once

#include "model/error.hpp"
#include "queue/ledger_queue.hpp"
#include "store/store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace nextjob::queue {

// Without a URL, the queue that needs no other server: it lives in the store's own database, so that ledger, queue and
// offers change in one transaction. With one (as REDIS_URL has it), the queue over Redis Streams, with the ledger in
// that store. The store must outlive it. Blocks. Invalid when the store's engine has no queue, or the URL or the server
// is not what it must be; Unavailable when the server can't be reached.
Result<std::unique_ptr<Queue>> open(store::Store& store, Options options = {},
                                    const std::optional<std::string>& redisUrl = {});

// The queue over Redis Streams where there is a URL, else that ledger itself.
Result<std::unique_ptr<Queue>> open(std::unique_ptr<LedgerQueue> ledger, Options options,
                                    const std::optional<std::string>& redisUrl);

// One line for a person on the Redis server at this URL: its version, where it is, whether it keeps a file of what is
// written (appendonly), and what it does when its memory is full. Blocks. Errors as `open`.
Result<std::string> describeRedis(const std::string& redisUrl);

}  // namespace nextjob::queue
