#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> gmailToken(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::GmailTokenCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto backend = backendOf(call.services);
    auto token = co_await backend.gmailToken(body->userId.value, std::move(body->refused.value), {});
    wire::GmailTokenView view;
    if (token)
        view.accessToken = std::move(*token);
    else if (token.error().code == ErrorCode::Unauthorized || token.error().code == ErrorCode::NotFound)
        view.reconnect = std::move(token.error().message);
    else
        co_return refuse(token.error());
    co_return ok(view);
}

}  // namespace nextjob::api::service_mailboxes
