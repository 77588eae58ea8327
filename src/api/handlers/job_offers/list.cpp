#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_query.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

namespace nextjob::api::job_offers {

namespace {

RenderedOffers::Json render(const StoredOffer& offer, RenderedOffers& rendered) {
    // A copy: what was written has room for as much again.
    auto json = std::make_shared<const std::string>(std::string_view(json::write(view(offer))));
    rendered.keep({.offer = offer.id, .version = offer.version, .email = offer.email}, json);
    return json;
}

// The offers in this order, as they are now; an offer that went since its mark was read is left out.
Task<Result<std::vector<json::Shared>>> shown(Services& services, UserId user, const std::vector<OfferMark>& marks) {
    auto found = services.renderedOffers.find(marks);
    std::map<OfferId, RenderedOffers::Json*> missing;
    std::vector<OfferId> unread;
    for (std::size_t place = 0; place < marks.size(); ++place) {
        if (found[place] != nullptr) continue;
        missing.emplace(marks[place].offer, &found[place]);
        unread.push_back(marks[place].offer);
    }
    if (!missing.empty()) {
        const auto offers = co_await services.store.offers().read(user, std::move(unread));
        if (!offers) co_return std::unexpected(offers.error());
        for (const StoredOffer& offer : *offers) *missing.at(offer.id) = render(offer, services.renderedOffers);
    }
    std::vector<json::Shared> shown;
    shown.reserve(found.size());
    for (auto& json : found) {
        if (json != nullptr) shown.push_back({std::move(json)});
    }
    co_return shown;
}

std::string write(const PageView<json::Shared>& page) {
    std::size_t bytes = 1000;
    for (const auto& offer : page.results) bytes += offer.text->size() + 1;
    std::string body;
    body.reserve(bytes);
    json::append(body, page);
    return body;
}

}  // namespace

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    OfferFilter filter = offerFilter(query);
    const OfferSort sort = offerSort(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const UserId user = call.request.userId;
    const auto marks = co_await call.services.store.offers().marks(user, std::move(filter), sort, place.request);
    if (!marks) co_return refuse(marks.error());
    auto offers = co_await shown(call.services, user, marks->items);
    if (!offers) co_return refuse(offers.error());
    co_return okJson(write({.count = marks->count,
                            .next = nextPage(call.request.target, place, marks->count, marks->next),
                            .previous = previousPage(call.request.target, place, marks->previous),
                            .results = std::move(*offers)}));
}

}  // namespace nextjob::api::job_offers
