#pragma once

#include "api/route.hpp"

// What our own services call, each with its own token.
namespace nextjob::api::service {

Task<Response> googleCredentials(Call call);  // GET /service/google-creds/all
Task<Response> lookUpLedger(Call call);       // POST /service/ledger/lookup
Task<Response> markLedger(Call call);         // POST /service/ledger/mark
Task<Response> userSkills(Call call);         // GET /service/user_skills/user/{id}
Task<Response> profile(Call call);            // GET /service/profiles/user/{id}
Task<Response> analysed(Call call);           // POST /service/messages/analysed
Task<Response> bulkCreate(Call call);         // POST /service/job_offers/bulk_create

}  // namespace nextjob::api::service
