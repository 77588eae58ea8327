#pragma once

#include "api/route.hpp"

// The ledger: what became of each mail, and what users say of it.
namespace nextjob::api::messages {

Task<Response> list(Call call);              // GET /messages
Task<Response> get(Call call);               // GET /messages/{id}
Task<Response> retry(Call call);             // POST /messages/{id}/retry
Task<Response> retryAll(Call call);          // POST /messages/retry
Task<Response> want(Call call);              // POST /messages/{id}/wanted
Task<Response> listSenderRules(Call call);   // GET /sender-rules
Task<Response> setSenderRule(Call call);     // PUT /sender-rules
Task<Response> removeSenderRule(Call call);  // DELETE /sender-rules/{sender}

}  // namespace nextjob::api::messages
