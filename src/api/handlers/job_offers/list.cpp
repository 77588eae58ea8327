#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/names.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nextjob::api::job_offers {

namespace {

constexpr std::array<std::string_view, 3> workModes{"on_site", "hybrid", "remote"};
constexpr std::array<std::string_view, 7> states{"new",      "saved",   "applied", "interview",
                                                 "rejected", "offered", "hidden"};

struct Order {
    std::string_view name;
    OfferSort sort;
};
constexpr std::array<Order, 10> orders{{
    {"-match_score", {OfferOrder::Score, true}},
    {"match_score", {OfferOrder::Score, false}},
    {"-last_seen", {OfferOrder::LastSeen, true}},
    {"last_seen", {OfferOrder::LastSeen, false}},
    {"-first_seen", {OfferOrder::FirstSeen, true}},
    {"first_seen", {OfferOrder::FirstSeen, false}},
    {"company", {OfferOrder::Company, false}},
    {"-company", {OfferOrder::Company, true}},
    {"title", {OfferOrder::Title, false}},
    {"-title", {OfferOrder::Title, true}},
}};
constexpr auto orderNames = [] {
    std::array<std::string_view, orders.size()> names;
    std::ranges::transform(orders, names.begin(), &Order::name);
    return names;
}();

OfferFilter readFilter(Query& query) {
    OfferFilter filter;
    if (const auto score = query.number("min_score", 0, 10)) filter.minScore = static_cast<int>(std::ceil(*score));
    if (const auto remote = query.flag("remote"))
        filter.workModes = *remote ? std::vector{WorkMode::Remote} : std::vector{WorkMode::OnSite, WorkMode::Hybrid};
    if (const auto mode = query.oneOf("work_mode", workModes)) filter.workModes = {*parseName<WorkMode>(*mode)};
    if (const auto state = query.oneOf("state", states)) filter.states = {*parseName<OfferState>(*state)};
    filter.company = query.text("company", 200).value_or("");
    filter.text = query.text("q", 200).value_or("");
    return filter;
}

OfferSort readSort(Query& query) {
    const auto name = query.oneOf("order", orderNames);
    return name ? std::ranges::find(orders, *name, &Order::name)->sort : OfferSort{};
}

}  // namespace

Task<Response> list(Call call) {
    Query query(call.request.target);
    const PageRequest request = pageRequest(query);
    OfferFilter filter = readFilter(query);
    const OfferSort sort = readSort(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.offers().list(call.request.userId, std::move(filter), sort, request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, request, *page, [](const StoredOffer& offer) { return view(offer); }));
}

}  // namespace nextjob::api::job_offers
