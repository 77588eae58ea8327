#pragma once

#include "api/route.hpp"

// The offers found for who asks.
namespace nextjob::api::job_offers {

Task<Response> list(Call call);          // GET /job-offers
Task<Response> exportOffers(Call call);  // GET /job-offers/export
Task<Response> get(Call call);           // GET /job-offers/{id}
Task<Response> setStatus(Call call);     // PATCH /job-offers/{id}
Task<Response> remove(Call call);        // DELETE /job-offers/{id}
Task<Response> history(Call call);       // GET /job-offers/{id}/history
Task<Response> sightings(Call call);     // GET /job-offers/{id}/sightings
Task<Response> evidence(Call call);      // GET /job-offers/{id}/evidence

}  // namespace nextjob::api::job_offers
