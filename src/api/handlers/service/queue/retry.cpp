#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> retry(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::RetryCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto done = co_await call.services.queue.retryLater(
        claimOf(std::move(body->claim)), std::move(body->reason.value), std::chrono::milliseconds(body->delayMs.value));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_queue
