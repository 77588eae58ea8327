#include "queue/open.hpp"

#include "queue/sqlite/sqlite_queue.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace nextjob::queue {

Result<std::unique_ptr<Queue>> open(store::Store& store, Options options) {
    auto* embedded = dynamic_cast<store::sqlite::SqliteStore*>(&store);
    if (embedded == nullptr) {
        return failure(ErrorCode::Invalid, "This database has no queue of its own. Set REDIS_URL.");
    }
    return std::make_unique<sqlite::SqliteQueue>(embedded->database(), options);
}

}  // namespace nextjob::queue
