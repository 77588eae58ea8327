#pragma once

#include "api/route.hpp"

// The mailboxes that users have connected.
namespace nextjob::api::integrations {

Task<Response> list(Call call);         // GET /integrations
Task<Response> removeGmail(Call call);  // DELETE /integrations/gmail
Task<Response> connectImap(Call call);  // PUT /integrations/imap
Task<Response> removeImap(Call call);   // DELETE /integrations/imap
Task<Response> gmailPush(Call call);    // POST /integrations/gmail/push
Task<Response> getSync(Call call);      // GET /integrations/{source}/sync
Task<Response> startSync(Call call);    // POST /integrations/{source}/sync
Task<Response> setSettings(Call call);  // PUT /integrations/{source}/settings

}  // namespace nextjob::api::integrations
