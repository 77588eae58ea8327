#include "api/handlers/messages/message_view.hpp"
#include "api/handlers/messages/messages.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/queue.hpp"
#include "store/messages.hpp"
#include "store/store.hpp"

namespace nextjob::api::messages {

namespace {

struct Retried {
    std::int64_t retried = 0;
};
BOOST_DESCRIBE_STRUCT(Retried, (), (retried))

}  // namespace

Task<Response> retry(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    auto& ledger = call.services.store.messages();
    const auto before = co_await ledger.find(call.request.userId, *id);
    if (!before) co_return refuse(before.error());
    if (before->state != MessageState::Dead) co_return refuse(409, "Only a dead message can be tried again.");
    const auto revived = co_await call.services.queue.revive(call.request.userId, *id);
    if (!revived) co_return refuse(revived.error());
    call.services.mailboxAsked();
    const auto message = co_await ledger.find(call.request.userId, *id);
    co_return message ? reply(202, view(*message)) : refuse(message.error());
}

Task<Response> retryAll(Call call) {
    const auto revived = co_await call.services.queue.revive(call.request.userId);
    if (!revived) co_return refuse(revived.error());
    call.services.mailboxAsked();
    co_return ok(Retried{*revived});
}

}  // namespace nextjob::api::messages
