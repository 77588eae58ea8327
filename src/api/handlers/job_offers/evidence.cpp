#include "api/handlers/job_offers/evidence_view.hpp"
#include "api/handlers/job_offers/job_offers.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

#include <array>

namespace nextjob::api::job_offers {

namespace {

constexpr std::array<std::string_view, 2> units{"characters", "utf16"};

}  // namespace

Task<Response> evidence(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    Query query(call.request.target);
    const Paging place = paging(query);
    const auto unit = query.oneOf("units", units) == units[1] ? TextUnit::Utf16 : TextUnit::CodePoint;
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.offers().sightings(call.request.userId, *id, place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page,
                          [unit](const StoredSighting& one) { return evidenceView(one, unit); }));
}

}  // namespace nextjob::api::job_offers
