#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/state_change_view.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

namespace {

struct HistoryView {
    OfferId id = 0;
    std::vector<StateChangeView> history;
};
BOOST_DESCRIBE_STRUCT(HistoryView, (), (id, history))

}  // namespace

Task<Response> history(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto steps = co_await call.services.store.offers().history(call.request.userId, *id);
    if (!steps) co_return refuse(steps.error());
    HistoryView shown{.id = *id, .history = {}};
    for (const StateChange& step : *steps) shown.history.push_back(view(step));
    co_return ok(shown);
}

}  // namespace nextjob::api::job_offers
