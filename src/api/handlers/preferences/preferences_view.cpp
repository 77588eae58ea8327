#include "api/handlers/preferences/preferences_view.hpp"

#include "analyse/rescorer.hpp"
#include "analyse/score/profile_json.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/names.hpp"
#include "store/preferences.hpp"
#include "store/store.hpp"
#include "text/timestamp.hpp"
#include "wire/read.hpp"

#include <algorithm>

namespace nextjob::api {

namespace {

constexpr std::size_t mostEntries = 100;

using Phrase = wire::Text<1, 50>;
using Phrases = wire::List<Phrase, mostEntries>;

struct SalaryFloorBody {
    double amount = 0;
    std::string currency;
    std::optional<wire::Name<SalaryPeriod>> period;
};
BOOST_DESCRIBE_STRUCT(SalaryFloorBody, (), (amount, currency, period))

struct WishesBody {
    wire::Change<Phrases> places;
    wire::Change<wire::List<wire::Name<WorkMode>, mostEntries>> workModes;
    wire::Change<SalaryFloorBody> salaryFloor;
    wire::Change<wire::List<wire::Name<Seniority>, mostEntries>> seniorities;
    wire::Change<wire::List<std::string, mostEntries>> languages;
    wire::Change<Phrases> hiddenCompanies;
};
BOOST_DESCRIBE_STRUCT(WishesBody, (), (places, workModes, salaryFloor, seniorities, languages, hiddenCompanies))

struct SalaryFloorView {
    double amount = 0;
    std::string_view currency;
    std::string_view period;
};
BOOST_DESCRIBE_STRUCT(SalaryFloorView, (), (amount, currency, period))

struct WishesView {
    std::vector<std::string> places;
    std::vector<std::string_view> workModes;
    std::optional<SalaryFloorView> salaryFloor;
    std::vector<std::string_view> seniorities;
    std::vector<std::string> languages;
    std::vector<std::string> hiddenCompanies;
    std::optional<std::string> updatedAt;
};
BOOST_DESCRIBE_STRUCT(WishesView, (),
                      (places, workModes, salaryFloor, seniorities, languages, hiddenCompanies, updatedAt))

bool isLetters(std::string_view text, std::size_t size, char first, char last) {
    return text.size() == size && std::ranges::all_of(text, [&](char c) { return first <= c && c <= last; });
}

wire::Problem problem(std::vector<std::variant<std::string, std::int64_t>> below, std::string msg, std::string type) {
    below.insert(below.begin(), std::string("body"));
    return {.loc = std::move(below), .msg = std::move(msg), .type = std::move(type)};
}

// What the types of the fields don't say.
void check(const WishesBody& body, wire::Problems& problems) {
    if (const auto& floor = body.salaryFloor.value) {
        if (floor->amount <= 0)
            problems.push_back(problem({std::string("salary_floor"), std::string("amount")}, "Give an amount above 0.",
                                       "greater_than"));
        if (!isLetters(floor->currency, 3, 'A', 'Z'))
            problems.push_back(problem({std::string("salary_floor"), std::string("currency")},
                                       "Give a currency of ISO 4217 such as EUR.", "value_error"));
    }
    if (!body.languages.value) return;
    const auto& languages = body.languages.value->items;
    for (std::size_t i = 0; i < languages.size(); ++i)
        if (!isLetters(languages[i], 2, 'a', 'z'))
            problems.push_back(problem({std::string("languages"), static_cast<std::int64_t>(i)},
                                       "Give a language of ISO 639-1 such as en.", "value_error"));
}

template <class T>
T valueOf(const T& item) {
    return item;
}
template <std::size_t Min, std::size_t Max>
std::string valueOf(const wire::Text<Min, Max>& item) {
    return item.value;
}
template <class Enum>
Enum valueOf(const wire::Name<Enum>& item) {
    return item.value;
}

// Each value once, in the order given.
template <class T, std::size_t Max, class Value>
void apply(const wire::Change<wire::List<T, Max>>& change, std::vector<Value>& into) {
    if (!change.given) return;
    into.clear();
    if (!change.value) return;
    for (const T& item : change.value->items)
        if (Value value = valueOf(item); std::ranges::find(into, value) == into.end()) into.push_back(std::move(value));
}

void apply(const wire::Change<SalaryFloorBody>& change, std::optional<SalaryFloor>& into) {
    if (!change.given) return;
    into.reset();
    if (!change.value) return;
    into = SalaryFloor{.amount = change.value->amount, .currency = change.value->currency};
    if (change.value->period) into->period = change.value->period->value;
}

template <class Enum>
std::vector<std::string_view> names(const std::vector<Enum>& values) {
    std::vector<std::string_view> out;
    for (const Enum value : values) out.push_back(nameOf(value));
    return out;
}

}  // namespace

std::string preferencesJson(const Profile& wishes, std::optional<Timestamp> updated) {
    WishesView shown{.places = wishes.places,
                     .workModes = names(wishes.workModes),
                     .salaryFloor = {},
                     .seniorities = names(wishes.seniorities),
                     .languages = wishes.languages,
                     .hiddenCompanies = wishes.hiddenCompanies,
                     .updatedAt = {}};
    if (const auto& floor = wishes.salaryFloor)
        shown.salaryFloor = SalaryFloorView{floor->amount, floor->currency, nameOf(floor->period)};
    if (updated) shown.updatedAt = text::timestamp(*updated);
    return wire::write(shown);
}

std::expected<Profile, Response> changedWishes(const std::string& body, Profile before) {
    wire::Problems problems;
    const auto change = wire::readBody<WishesBody>(body, problems);
    if (change) check(*change, problems);
    if (!change || !problems.empty()) return std::unexpected(refuse(problems));
    apply(change->places, before.places);
    apply(change->workModes, before.workModes);
    apply(change->salaryFloor, before.salaryFloor);
    apply(change->seniorities, before.seniorities);
    apply(change->languages, before.languages);
    apply(change->hiddenCompanies, before.hiddenCompanies);
    // Scoring must be able to read what is kept: a blank place, for one, passes the checks above.
    if (const auto readable = analyse::readProfile(analyse::writeProfile(before)); !readable)
        return std::unexpected(refuse(wire::Problems{problem({}, readable.error().message, "value_error")}));
    return before;
}

Task<Result<Response>> keepWishes(Call call, Profile wishes, std::optional<ProfileVersion> whileProfile) {
    auto& preferences = call.services.store.preferences();
    const auto kept = co_await preferences.set(call.request.userId, analyse::writeProfile(wishes), whileProfile);
    if (!kept) co_return std::unexpected(kept.error());
    call.services.rescorer.wishesChanged(call.request.userId);
    const auto stored = co_await preferences.ofUser(call.request.userId);
    if (!stored) co_return std::unexpected(stored.error());
    co_return okJson(preferencesJson(wishes, stored->updated));
}

}  // namespace nextjob::api
