#pragma once

#include "api/route.hpp"

// The offers found for who asks.
namespace nextjob::api::job_offers {

Task<Response> list(Call call);    // GET /job-offers
Task<Response> get(Call call);     // GET /job-offers/{id}
Task<Response> remove(Call call);  // DELETE /job-offers/{id}

}  // namespace nextjob::api::job_offers
