#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"

namespace nextjob::api::service_queue {

Task<Response> stillWaiting(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::MessagesBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto found = co_await call.services.queue.ledger().stillWaiting(messagesOf(*body));
    co_return found ? messagesReply(*found) : refuse(found.error());
}

}  // namespace nextjob::api::service_queue
