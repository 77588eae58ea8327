#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_export.hpp"
#include "api/handlers/job_offers/offer_query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

#include <array>

namespace nextjob::api::job_offers {

namespace {

constexpr std::array<std::string_view, 2> formats{"csv", "json"};

}  // namespace

Task<Response> exportOffers(Call call) {
    Query query(call.request.target);
    const bool csv = query.oneOf("format", formats).value_or(formats[0]) == formats[0];
    OfferFilter filter = offerFilter(query);
    const OfferSort sort = offerSort(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    Response response;
    response.contentType = csv ? "text/csv; charset=utf-8" : "application/json";
    response.headers.emplace_back("Content-Disposition", csv ? "attachment; filename=\"job-offers.csv\""
                                                             : "attachment; filename=\"job-offers.json\"");
    response.stream = offerExport(call.services.store.offers(), call.request.userId, std::move(filter), sort,
                                  csv ? ExportFormat::Csv : ExportFormat::Json);
    co_return response;
}

}  // namespace nextjob::api::job_offers
