#pragma once

#include "api/route.hpp"

// Mailboxes as workers without a database keep them in step (ingest/sync/remote_sync_backend.hpp).
namespace nextjob::api::service_mailboxes {

Task<Response> lease(Call call);        // POST /service/mailboxes/lease
Task<Response> extend(Call call);       // POST /service/mailboxes/extend
Task<Response> advance(Call call);      // POST /service/mailboxes/advance
Task<Response> toFetch(Call call);      // POST /service/mailboxes/to-fetch
Task<Response> end(Call call);          // POST /service/mailboxes/end
Task<Response> finish(Call call);       // POST /service/mailboxes/finish
Task<Response> accept(Call call);       // POST /service/mailboxes/accept
Task<Response> gmailToken(Call call);   // POST /service/mailboxes/gmail-token
Task<Response> imapLogin(Call call);    // POST /service/mailboxes/imap-login
Task<Response> imapRefused(Call call);  // POST /service/mailboxes/imap-refused

}  // namespace nextjob::api::service_mailboxes
