#include "analyse/rescorer.hpp"
#include "api/handlers/service/service.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/run_on.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"
#include "wire/analysis.hpp"

#include <set>

namespace nextjob::api::service {

namespace {

struct KeptView {
    std::int64_t completed = 0;
    std::int64_t repeated = 0;
    std::int64_t offersNew = 0;
    std::int64_t offersUpdated = 0;
    std::int64_t offersSuppressed = 0;
};
BOOST_DESCRIBE_STRUCT(KeptView, (), (completed, repeated, offersNew, offersUpdated, offersSuppressed))

}  // namespace

Task<Response> analysed(Call call) {
    Services& services = call.services;
    wire::Problems problems;
    // Some 20 µs an offer: not for the event loop.
    auto read = [&] { return wire::readAnalysedBody(call.request.body, problems); };
    auto messages = co_await runOn(services.blocking, std::move(read));
    if (!messages) co_return refuse(problems);
    const auto report = co_await services.store.offers().ingest(std::move(*messages));
    if (!report) co_return refuse(report.error());
    std::set<UserId> grown;
    for (const auto& [user, offer] : report->grown) grown.insert(user);
    for (const UserId user : grown) services.rescorer.wishesChanged(user);
    co_return ok(KeptView{.completed = report->completed,
                          .repeated = report->repeated,
                          .offersNew = report->offersNew,
                          .offersUpdated = report->offersUpdated,
                          .offersSuppressed = report->offersSuppressed});
}

}  // namespace nextjob::api::service
