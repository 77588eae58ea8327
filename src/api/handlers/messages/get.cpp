#include "api/handlers/messages/message_view.hpp"
#include "api/handlers/messages/messages.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/messages.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api::messages {

namespace {

struct OfferName {
    OfferId id = 0;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(OfferName, (), (id, title))

struct Trace {
    MessageView message;
    std::int64_t attempts = 0;
    std::string updatedAt;
    std::vector<OfferName> offers;
};
BOOST_DESCRIBE_STRUCT(Trace, (), (message, attempts, updatedAt, offers))

}  // namespace

Task<Response> get(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto message = co_await call.services.store.messages().find(call.request.userId, *id);
    if (!message) co_return refuse(message.error());
    auto offers = co_await call.services.store.offers().broughtBy(call.request.userId, *id);
    if (!offers) co_return refuse(offers.error());
    Trace trace{.message = view(*message),
                .attempts = message->attempts,
                .updatedAt = text::timestamp(message->updated),
                .offers = {}};
    for (auto& offer : *offers) trace.offers.push_back({offer.offer, std::move(offer.title)});
    co_return ok(trace);
}

}  // namespace nextjob::api::messages
