#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_query.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    OfferFilter filter = offerFilter(query);
    const OfferSort sort = offerSort(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page =
        co_await call.services.store.offers().list(call.request.userId, std::move(filter), sort, place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page, [](const StoredOffer& offer) { return view(offer); }));
}

}  // namespace nextjob::api::job_offers
