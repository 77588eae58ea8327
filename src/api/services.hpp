#pragma once

#include "api/middleware/rate_limit.hpp"
#include "api/rendered_pages.hpp"
#include "api/spool.hpp"
#include "auth/access_tokens.hpp"
#include "auth/accounts.hpp"
#include "auth/link_tokens.hpp"
#include "auth/passwords.hpp"
#include "auth/refresh_tokens.hpp"
#include "auth/service_tokens.hpp"
#include "auth/token_seal.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "model/task.hpp"

#include <functional>
#include <string>

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
namespace nextjob::analyse {
class Analyser;
class Rescorer;
}  // namespace nextjob::analyse

namespace nextjob::api {

// What the API's handlers work with. Owned by the server; shared by all its threads.
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
    Spool spool;
    std::string publicUrl;  // where users reach this server, without a slash at its end; for links in mails
    bool registrationOpen;  // strangers may make themselves an account
};

}  // namespace nextjob::api
