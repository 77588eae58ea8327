#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> imapRefused(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::ImapRefusedCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto backend = backendOf(call.services);
    const auto done =
        co_await backend.imapRefused(body->userId.value, body->version.value, std::move(body->reason.value));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_mailboxes
