#include "api/handlers/integrations/imap_account_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api {

ImapAccountView view(const ImapAccount& account) {
    return {.host = account.host,
            .port = account.port,
            .security = nameOf(account.security),
            .login = account.login,
            .connectedAt = text::timestamp(account.connectedAt),
            .brokenAt = account.brokenAt ? std::optional(text::timestamp(*account.brokenAt)) : std::nullopt};
}

}  // namespace nextjob::api
