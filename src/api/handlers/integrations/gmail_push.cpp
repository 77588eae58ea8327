#include "api/front.hpp"
#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/integrations/push_notice.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/google_credentials.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"

namespace nextjob::api::integrations {

using observe::PushOutcome;

// All that a push does is to make a mailbox due: what is new in it, the sync asks Gmail itself. So one that comes
// twice, late or out of order does no harm. An address that nobody here has connected is answered like any other:
// Pub/Sub need not try again, and whoever can push learns nothing.
Task<Response> gmailPush(Call call) {
    Services& services = call.services;
    wire::Problems problems;
    auto address = readPushNotice(call.request.body, problems);
    if (!address) {
        call.front.metrics.countPush(PushOutcome::Malformed);
        call.request.reason = "the push is no notice of Gmail's";
        co_return refuse(problems);
    }
    const auto users = co_await services.store.googleCredentials().findByEmail(std::move(*address));
    if (!users) co_return refuse(users.error());
    for (const UserId user : *users) {
        const auto asked = co_await services.store.mailboxes().ask(user, "gmail");
        if (!asked && asked.error().code != ErrorCode::NotFound) co_return refuse(asked.error());
    }
    call.front.metrics.countPush(users->empty() ? PushOutcome::Unknown : PushOutcome::Taken);
    services.mailboxAsked();
    co_return noContent();
}

}  // namespace nextjob::api::integrations
