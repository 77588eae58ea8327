#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/sighting_view.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

Task<Response> sightings(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    Query query(call.request.target);
    const Paging place = paging(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.offers().sightings(call.request.userId, *id, place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page, [](const StoredSighting& one) { return view(one); }));
}

}  // namespace nextjob::api::job_offers
