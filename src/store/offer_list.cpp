#include "store/offer_list.hpp"

#include "model/names.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace nextjob::store {
namespace {

struct Ordering {
    std::string_view key;
    bool keyIsText;
};

Ordering orderingOf(OfferOrder order, const OfferListDialect& dialect) {
    switch (order) {
        case OfferOrder::Score: return {"o.match_score", false};
        case OfferOrder::FirstSeen: return {"o.first_seen_at", false};
        case OfferOrder::LastSeen: return {"o.last_seen_at", false};
        case OfferOrder::Company: return {dialect.companyKey, true};
        case OfferOrder::Title: return {dialect.titleKey, true};
    }
    throw std::logic_error("an order of offers without a column");
}

// Adds values and conditions to a list as $n.
class Conditions {
  public:
    explicit Conditions(ListQuery& list) : list_(list) {}

    std::string place(std::variant<std::int64_t, std::string> value) {
        list_.values.push_back(std::move(value));
        return fmt::format("${}", list_.values.size());
    }

    template <class Enum>
    void oneOf(std::string_view column, const std::vector<Enum>& allowed) {
        std::string places;
        for (const Enum value : allowed) {
            places += (places.empty() ? "" : ", ") + place(std::string(nameOf(value)));
        }
        add(fmt::format("{} in ({})", column, places));
    }

    void add(std::string_view condition) { list_.where += fmt::format(" and {}", condition); }

  private:
    ListQuery& list_;
};

std::string listName(OfferSort sort) {
    return fmt::format("offers.{}.{}", nameOf(sort.by), sort.descending ? "desc" : "asc");
}

// The most values an `in (…)` takes: each enumerator once.
template <class Enum>
std::vector<Enum> distinct(std::vector<Enum> values) {
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    return values;
}

}  // namespace

ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort, const OfferListDialect& dialect) {
    const Ordering ordering = orderingOf(sort.by, dialect);
    ListQuery list{.name = listName(sort),
                   .columns = fmt::format("o.id, {}, ", ordering.key),
                   .from = {},
                   .countFrom = "offers o",
                   .where = "o.user_id = $1",
                   .values = {user},
                   .id = "o.id",
                   .key = ordering.key,
                   .keyIsText = ordering.keyIsText,
                   .descending = sort.descending};
    Conditions conditions(list);
    if (filter.minScore) {
        conditions.add(fmt::format("o.match_score >= {}", conditions.place(std::int64_t{*filter.minScore})));
    }
    if (!filter.workModes.empty()) conditions.oneOf("o.work_mode", distinct(filter.workModes));
    if (!filter.company.empty()) {
        conditions.add(fmt::format(fmt::runtime(dialect.contains), dialect.companyKey,
                                   conditions.place(text::fold(filter.company))));
    }
    if (filter.states.empty()) {
        conditions.add("o.state <> 'hidden'");
    } else {
        conditions.oneOf("o.state", distinct(filter.states));
    }
    if (!filter.source.empty()) conditions.add(fmt::format("o.source = {}", conditions.place(filter.source)));
    if (!filter.sender.empty()) {
        const std::string holds = fmt::format(fmt::runtime(dialect.contains), "lower(m.sender)",
                                              fmt::format("lower({})", conditions.place(filter.sender)));
        conditions.add(
            fmt::format("exists (select 1 from sightings s join messages m on m.id = s.message_id "
                        "where s.offer_id = o.id and {})",
                        holds));
    }
    if (filter.since) {
        conditions.add(
            fmt::format("o.first_seen_at >= {}", conditions.place(filter.since->time_since_epoch().count())));
    }
    const auto words = dialect.searchValues(filter.text);
    if (words.empty() && !filter.text.empty()) conditions.add("false");  // only punctuation: no offer has such a word
    for (const std::string& each : words)
        conditions.add(fmt::format(fmt::runtime(dialect.words), conditions.place(each)));
    return list;
}

}  // namespace nextjob::store
