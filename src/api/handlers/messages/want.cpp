#include "api/handlers/messages/message_view.hpp"
#include "api/handlers/messages/messages.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/messages.hpp"
#include "store/store.hpp"

namespace nextjob::api::messages {

// The filter was wrong: the message is fetched once more, past it.
Task<Response> want(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto message = co_await call.services.store.messages().want(call.request.userId, *id);
    if (!message) co_return refuse(message.error());
    call.services.mailboxAsked();
    co_return reply(202, view(*message));
}

}  // namespace nextjob::api::messages
