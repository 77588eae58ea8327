#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/queue.hpp"
#include "store/store.hpp"

#include <vector>

namespace nextjob::api::system_handlers {

namespace {

struct Readiness {
    std::string_view status;
    std::vector<std::string> missing;  // what keeps the server from its work, in plain English
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (status, missing))

}  // namespace

Task<Response> ready(Call call) {
    Readiness readiness{.status = "ready", .missing = {}};
    if (call.services.draining) readiness.missing.emplace_back("The server is shutting down.");
    const auto answered = co_await call.services.store.ping();
    if (!answered) readiness.missing.emplace_back("The database does not answer.");
    if (const auto queued = co_await call.services.queue.ping(); !queued)
        readiness.missing.emplace_back("The queue's Redis server does not answer.");
    if (readiness.missing.empty()) co_return ok(readiness);
    readiness.status = "not ready";
    co_return reply(503, readiness);
}

}  // namespace nextjob::api::system_handlers
