#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

Task<Response> get(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto offer = co_await call.services.store.offers().find(call.request.userId, *id);
    co_return offer ? ok(view(*offer)) : refuse(offer.error());
}

}  // namespace nextjob::api::job_offers
