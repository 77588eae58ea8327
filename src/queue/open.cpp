#include "queue/open.hpp"

#include "queue/postgres/postgres_queue.hpp"
#include "queue/redis/redis_queue.hpp"
#include "queue/redis/stream.hpp"
#include "queue/sqlite/sqlite_queue.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace nextjob::queue {

namespace {

std::unique_ptr<LedgerQueue> inDatabase(store::Store& store, const Options& options) {
    if (auto* embedded = dynamic_cast<store::sqlite::SqliteStore*>(&store))
        return std::make_unique<sqlite::SqliteQueue>(embedded->database(), options);
    if (auto* server = dynamic_cast<store::postgres::PostgresStore*>(&store))
        return std::make_unique<postgres::PostgresQueue>(server->database(), options);
    return nullptr;
}

}  // namespace

Result<std::unique_ptr<Queue>> open(store::Store& store, Options options, const std::optional<std::string>& redisUrl) {
    auto ledger = inDatabase(store, options);
    if (!ledger) return failure(ErrorCode::Internal, "This database has no queue.");
    return open(std::move(ledger), options, redisUrl);
}

Result<std::unique_ptr<Queue>> open(std::unique_ptr<LedgerQueue> ledger, Options options,
                                    const std::optional<std::string>& redisUrl) {
    if (redisUrl) return redis::RedisQueue::open(std::move(ledger), options, *redisUrl);
    return ledger;
}

Result<std::string> describeRedis(const std::string& redisUrl) {
    auto address = redis::parseAddress(redisUrl);
    if (!address) return std::unexpected(std::move(address.error()));
    redis::Stream stream(std::move(*address), "doctor");
    if (auto usable = stream.check(); !usable) return std::unexpected(std::move(usable.error()));
    return stream.describe();
}

}  // namespace nextjob::queue
