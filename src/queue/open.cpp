#include "queue/open.hpp"

#include "queue/postgres/postgres_queue.hpp"
#include "queue/sqlite/sqlite_queue.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace nextjob::queue {

Result<std::unique_ptr<Queue>> open(store::Store& store, Options options) {
    if (auto* embedded = dynamic_cast<store::sqlite::SqliteStore*>(&store)) {
        return std::make_unique<sqlite::SqliteQueue>(embedded->database(), options);
    }
    if (auto* server = dynamic_cast<store::postgres::PostgresStore*>(&store)) {
        return std::make_unique<postgres::PostgresQueue>(server->database(), options);
    }
    return failure(ErrorCode::Invalid, "This database has no queue of its own. Set REDIS_URL.");
}

}  // namespace nextjob::queue
