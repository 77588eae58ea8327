#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> extend(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::ExtendCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto backend = backendOf(call.services);
    const auto done = co_await backend.extend(keyOf(body->lease));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_mailboxes
