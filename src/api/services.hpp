#pragma once

#include "api/limits.hpp"
#include "api/middleware/client_address.hpp"
#include "api/middleware/cors.hpp"
#include "api/middleware/rate_limit.hpp"
#include "api/rendered_pages.hpp"
#include "api/upload_quota.hpp"
#include "auth/access_tokens.hpp"
#include "auth/accounts.hpp"
#include "auth/link_tokens.hpp"
#include "auth/passwords.hpp"
#include "auth/refresh_tokens.hpp"
#include "auth/service_tokens.hpp"
#include "auth/token_seal.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "model/task.hpp"
#include "observe/metrics.hpp"

#include <atomic>
#include <filesystem>
#include <functional>

namespace nextjob::store {
class Store;
}
namespace nextjob::auth {
struct Google;
}
namespace nextjob::ingest {
class Importer;
}
namespace nextjob::net {
class Mailer;
}
namespace nextjob::queue {
class Queue;
}
namespace nextjob::observe {
class SyncMetrics;
}
namespace nextjob::analyse {
class Analyser;
class Rescorer;
}  // namespace nextjob::analyse

namespace nextjob::api {

// What handlers work with. Owned by the server; shared by all its threads.
struct Services {
    store::Store& store;
    ingest::Importer& importer;
    analyse::Rescorer& rescorer;
    const analyse::Analyser& analyser;
    net::Mailer& mailer;
    queue::Queue& queue;
    boost::asio::any_io_executor blocking;  // threads for work that waits or takes long
    auth::Passwords passwords;
    auth::AccessTokens accessTokens;
    auth::RefreshTokens refreshTokens;
    auth::LinkTokens linkTokens;
    auth::Accounts accounts;
    auth::ServiceTokens serviceTokens;
    auth::TokenSeal tokenSeal;
    auth::Google* google;  // null where no Google client is set up
    ingest::ImapMailboxes& imap;
    RateLimiter imapSignIns;             // by user: sign-ins to mail servers elsewhere
    std::function<void()> mailboxAsked;  // a mailbox is due now: wakes who syncs in this process
    RateLimiter credentialUses;          // by address: everything that costs a password hash
    RateLimiter failedLogins;            // by account and address
    RateLimiter failedLoginsOfAccount;
    RateLimiter letters;  // by account: mails that anyone can have sent to it
    RenderedPages renderedPages;
    UploadQuota uploadQuota;
    Limits limits;
    CorsPolicy cors;
    TrustedProxies trustedProxies;
    std::vector<std::string> allowedHosts;
    std::string publicUrl;  // where users reach this server, without a slash at its end; for links in mails
    std::filesystem::path spoolDirectory;
    bool registrationOpen;     // strangers may make themselves an account
    std::string metricsToken;  // "": only this machine may read the metrics
    observe::Metrics metrics{};
    observe::SyncMetrics* syncMetrics = nullptr;  // null where no mailboxes are read
    std::atomic<bool> draining{false};
};

}  // namespace nextjob::api
