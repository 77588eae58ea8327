#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> acknowledge(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::ClaimsBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto done = co_await call.services.queue.acknowledge(claimsOf(std::move(*body)));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_queue
