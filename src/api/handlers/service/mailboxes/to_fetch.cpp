#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> toFetch(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::ToFetchCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto backend = backendOf(call.services);
    auto messages = co_await backend.toFetch(keyOf(body->lease), static_cast<int>(body->limit.value));
    if (!messages) co_return refuse(messages.error());
    wire::ToFetchView view;
    for (UnfetchedMessage& each : *messages)
        view.messages.push_back({.message = each.message,
                                 .sourceId = std::move(each.sourceId),
                                 .attempts = each.attempts,
                                 .wanted = each.wanted});
    co_return ok(view);
}

}  // namespace nextjob::api::service_mailboxes
