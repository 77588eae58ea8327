#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> noteFailure(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::FailureCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto done = co_await call.services.queue.ledger().noteFailure(
        body->message.value, std::move(body->reason.value), static_cast<int>(body->attempts.value));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_queue
