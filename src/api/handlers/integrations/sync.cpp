#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/integrations/sync_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

namespace nextjob::api::integrations {

namespace {

struct SyncRequest {
    std::optional<bool> fromStart;
};
BOOST_DESCRIBE_STRUCT(SyncRequest, (), (fromStart))

constexpr std::string_view connectAnew = "The account lets us in no more. Connect it again.";

}  // namespace

Task<Response> getSync(Call call) {
    const auto mailbox = co_await call.services.store.mailboxes().find(call.request.userId, call.request.parameters[0]);
    co_return mailbox ? ok(view(*mailbox)) : refuse(mailbox.error());
}

Task<Response> startSync(Call call) {
    SyncRequest wanted;
    if (!call.request.body.empty()) {
        wire::Problems problems;
        const auto body = wire::readBody<SyncRequest>(call.request.body, problems);
        if (!body) co_return refuse(problems);
        wanted = *body;
    }
    auto& mailboxes = call.services.store.mailboxes();
    const UserId user = call.request.userId;
    const std::string source = call.request.parameters[0];
    const auto known = co_await mailboxes.find(user, source);
    if (!known) co_return refuse(known.error());
    if (known->broken) co_return refuse(409, connectAnew);
    if (wanted.fromStart.value_or(false)) {
        const auto restarted = co_await mailboxes.restart(user, source);
        if (!restarted) co_return refuse(restarted.error());
    }
    const auto asked = co_await mailboxes.ask(user, source);
    if (!asked) co_return refuse(asked.error());
    call.services.mailboxAsked();
    co_return reply(202, view(*asked));
}

}  // namespace nextjob::api::integrations
