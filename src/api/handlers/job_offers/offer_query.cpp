#include "api/handlers/job_offers/offer_query.hpp"

#include "model/names.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nextjob::api {

namespace {

constexpr std::size_t longestWords = 200;

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

template <class Enum>
std::vector<Enum> enumerators(const std::vector<std::string_view>& names) {
    std::vector<Enum> values;
    for (const std::string_view name : names) values.push_back(*parseName<Enum>(name));
    return values;
}

}  // namespace

OfferFilter offerFilter(Query& query) {
    OfferFilter filter;
    if (const auto score = query.number("min_score", 0, 10)) filter.minScore = static_cast<int>(std::ceil(*score));
    filter.workModes = enumerators<WorkMode>(query.anyOf("work_mode", allNames<WorkMode>()));
    if (const auto remote = query.flag("remote"); remote && filter.workModes.empty())
        filter.workModes = *remote ? std::vector{WorkMode::Remote} : std::vector{WorkMode::OnSite, WorkMode::Hybrid};
    filter.states = enumerators<OfferState>(query.anyOf("status", allNames<OfferState>()));
    filter.company = query.text("company", longestWords).value_or("");
    filter.text = query.text("q", longestWords).value_or("");
    filter.source = query.text("source", longestWords).value_or("");
    filter.sender = query.text("sender", longestWords).value_or("");
    filter.since = query.time("since");
    return filter;
}

OfferSort offerSort(Query& query) {
    const auto name = query.oneOf("order", orderNames);
    return name ? std::ranges::find(orders, *name, &Order::name)->sort : OfferSort{};
}

}  // namespace nextjob::api
