#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> advance(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::AdvanceCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (!isState(body->cursor.value)) co_return wrongState("cursor");
    if (!isState(body->progress.value)) co_return wrongState("progress");
    std::vector<std::string> seen;
    for (auto& id : body->seen.items) seen.push_back(std::move(id.value));
    auto backend = backendOf(call.services);
    const auto fresh = co_await backend.advance(keyOf(body->lease), std::move(body->cursor.value),
                                                std::move(body->progress.value), std::move(seen));
    if (!fresh) co_return refuse(fresh.error());
    co_return ok(wire::AdvancedView{*fresh});
}

}  // namespace nextjob::api::service_mailboxes
