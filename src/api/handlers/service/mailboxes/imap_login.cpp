#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

Task<Response> imapLogin(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::UserCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto backend = backendOf(call.services);
    auto login = co_await backend.imapLogin(body->userId.value);
    wire::ImapLoginReply reply;
    if (login)
        reply.login = wire::ImapLoginView{.host = std::move(login->host),
                                          .port = login->port,
                                          .startTls = login->startTls,
                                          .plain = login->plain,
                                          .login = std::move(login->login),
                                          .secret = std::move(login->secret),
                                          .token = login->token,
                                          .version = login->version};
    else if (login.error().code == ErrorCode::Unauthorized || login.error().code == ErrorCode::NotFound)
        reply.reconnect = std::move(login.error().message);
    else
        co_return refuse(login.error());
    co_return ok(reply);
}

}  // namespace nextjob::api::service_mailboxes
