#include "api/handlers/integrations/integration_view.hpp"
#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/integrations/sync_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"

namespace nextjob::api::integrations {

namespace {

struct Integrations {
    std::vector<IntegrationView> integrations;
};
BOOST_DESCRIBE_STRUCT(Integrations, (), (integrations))

}  // namespace

Task<Response> list(Call call) {
    Integrations found;
    const auto google = co_await call.services.store.googleCredentials().find(call.request.userId);
    if (!google && google.error().code != ErrorCode::NotFound) co_return refuse(google.error());
    if (google) found.integrations.push_back(integrationView(*google));
    const auto imap = co_await call.services.store.imapAccounts().find(call.request.userId);
    if (!imap && imap.error().code != ErrorCode::NotFound) co_return refuse(imap.error());
    if (imap) {
        auto mine = integrationView(*imap);
        const auto mailbox = co_await call.services.store.mailboxes().find(call.request.userId, "imap");
        if (!mailbox && mailbox.error().code != ErrorCode::NotFound) co_return refuse(mailbox.error());
        if (mailbox && !mine.whatToDo) mine.whatToDo = view(*mailbox).notice;
        found.integrations.push_back(std::move(mine));
    }
    co_return ok(found);
}

}  // namespace nextjob::api::integrations
