#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

namespace nextjob::api::job_offers {

namespace {

struct StatusChange {
    wire::Name<OfferState> status;
    std::optional<wire::Text<0, 1000>> note;
};
BOOST_DESCRIBE_STRUCT(StatusChange, (), (status, note))

}  // namespace

Task<Response> setStatus(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    wire::Problems problems;
    auto body = wire::readBody<StatusChange>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    std::string note = body->note ? std::move(body->note->value) : std::string();
    const auto offer =
        co_await call.services.store.offers().setState(call.request.userId, *id, body->status.value, std::move(note));
    co_return offer ? ok(view(*offer)) : refuse(offer.error());
}

}  // namespace nextjob::api::job_offers
