#pragma once

#include "api/route.hpp"

// The mailboxes that users have connected.
namespace nextjob::api::integrations {

Task<Response> list(Call call);         // GET /integrations
Task<Response> removeGmail(Call call);  // DELETE /integrations/gmail
Task<Response> connectImap(Call call);  // PUT /integrations/imap
Task<Response> removeImap(Call call);   // DELETE /integrations/imap

}  // namespace nextjob::api::integrations
