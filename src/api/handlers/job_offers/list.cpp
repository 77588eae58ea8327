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

// Whose page it is and which: no value of a query has a NUL in it.
std::string pageName(UserId user, const Target& target) {
    std::string name = std::to_string(user) + target.path;
    for (const auto& [key, value] : target.query) name.append(1, '\0').append(key).append(1, '\0').append(value);
    return name;
}

}  // namespace

Task<Response> list(Call call) {
    constexpr std::size_t longestName = 1000;
    const Target& target = call.request.target;
    Query query(target);
    const Paging place = paging(query);
    OfferFilter filter = offerFilter(query);
    const OfferSort sort = offerSort(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const UserId user = call.request.userId;
    store::Offers& offers = call.services.store.offers();
    RenderedPages& rendered = call.services.renderedPages;

    auto mark = co_await offers.listMark(user);
    if (!mark) co_return refuse(mark.error());
    std::string name = pageName(user, target);
    // Senders stand with the messages, whose changes the mark does not count.
    const bool kept = filter.sender.empty() && name.size() <= longestName;
    if (kept) {
        if (auto known = rendered.find(name, *mark)) co_return okJson(std::move(*known));
    }
    const auto page = co_await offers.list(user, std::move(filter), sort, place.request);
    if (!page) co_return refuse(page.error());
    std::string body =
        wire::write(pageView(target, place, *page, [](const StoredOffer& offer) { return view(offer); }));
    if (kept) rendered.keep(std::move(name), std::move(*mark), body);
    co_return okJson(std::move(body));
}

}  // namespace nextjob::api::job_offers
