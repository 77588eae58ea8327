#include "api/handlers/job_offers/job_offers.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

Task<Response> remove(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto removed = co_await call.services.store.offers().remove(call.request.userId, *id);
    co_return removed ? noContent() : refuse(removed.error());
}

}  // namespace nextjob::api::job_offers
