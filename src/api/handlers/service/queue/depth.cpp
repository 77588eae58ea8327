#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> depth(Call call) {
    const auto depth = co_await call.services.queue.depth();
    if (!depth) co_return refuse(depth.error());
    co_return ok(wire::DepthView{.ready = depth->ready,
                                 .claimed = depth->claimed,
                                 .delayed = depth->delayed,
                                 .dead = depth->dead,
                                 .bytes = static_cast<std::int64_t>(depth->bytes),
                                 .lagMs = depth->lag.count()});
}

}  // namespace nextjob::api::service_queue
