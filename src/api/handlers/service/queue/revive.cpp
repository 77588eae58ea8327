#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> revive(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::ReviveCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto message = body->message ? std::optional(body->message->value) : std::nullopt;
    const auto revived = co_await call.services.queue.revive(body->userId.value, message);
    if (!revived) co_return refuse(revived.error());
    co_return ok(wire::Revived{*revived});
}

}  // namespace nextjob::api::service_queue
