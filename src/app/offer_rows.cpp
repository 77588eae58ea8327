#include "app/offer_rows.hpp"

#include "app/display_text.hpp"
#include "model/names.hpp"
#include "text/csv.hpp"
#include "text/timestamp.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace nextjob::app {

namespace json = boost::json;

namespace {

json::value orNull(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

template <class T>
json::value nameOrNull(const std::optional<T>& value) {
    return value ? json::value(nameOf(*value)) : json::value(nullptr);
}

json::value orNull(const std::optional<double>& number) { return number ? json::value(*number) : json::value(nullptr); }

std::string timeText(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format("{}T{:02}:{:02}:{:02}Z", text::date(day), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

json::object offerJson(const StoredOffer& offer) {
    const auto& facts = offer.facts;
    const Salary none;
    const auto& salary = facts.salary ? *facts.salary : none;
    return {
        {"id", offer.id},
        {"match_score", offer.score.matchScore},
        {"reason", offer.score.reason},
        {"technologies_matched", offer.score.technologiesMatched},
        {"title", facts.title},
        {"company", orNull(facts.company)},
        {"location", orNull(facts.location)},
        {"remote", facts.workMode ? json::value(*facts.workMode == WorkMode::Remote) : json::value(nullptr)},
        {"work_mode", nameOrNull(facts.workMode)},
        {"salary", orNull(salary.verbatim)},
        {"salary_min", orNull(salary.minimum)},
        {"salary_max", orNull(salary.maximum)},
        {"salary_currency", orNull(salary.currency)},
        {"salary_period", nameOrNull(salary.period)},
        {"employment_type", nameOrNull(facts.employmentType)},
        {"seniority", nameOrNull(facts.seniority)},
        {"posted", facts.posted ? json::value(text::date(*facts.posted)) : json::value(nullptr)},
        {"skills", json::value_from(facts.skills)},
        {"description", orNull(facts.description)},
        {"apply_link", orNull(facts.applyLink)},
        {"status", nameOf(offer.state)},
        {"source", offer.source},
        {"source_id", offer.sourceId},
        {"first_seen", timeText(offer.firstSeen)},
        {"last_seen", timeText(offer.lastSeen)},
        {"sightings", offer.sightings},
    };
}

std::string csvField(std::string_view text) { return text::csvField(printable(text)); }

}  // namespace

std::string offersJson(const std::vector<StoredOffer>& offers) {
    json::array list;
    for (const auto& offer : offers) list.push_back(offerJson(offer));
    return json::serialize(json::object{{"offers", std::move(list)}}) + "\n";
}

std::string offersCsv(const std::vector<StoredOffer>& offers) {
    std::string text =
        "score,title,company,location,work_mode,salary,reason,technologies_matched,apply_link,first_seen,"
        "last_seen\r\n";
    for (const auto& offer : offers) {
        const auto& facts = offer.facts;
        const auto mode = facts.workMode ? std::string(nameOf(*facts.workMode)) : std::string{};
        const std::array fields{std::to_string(offer.score.matchScore),
                                csvField(facts.title),
                                csvField(facts.company),
                                csvField(facts.location),
                                mode,
                                csvField(facts.salary ? facts.salary->verbatim : ""),
                                csvField(offer.score.reason),
                                csvField(offer.score.technologiesMatched),
                                csvField(facts.applyLink),
                                timeText(offer.firstSeen),
                                timeText(offer.lastSeen)};
        text += fmt::format("{}\r\n", fmt::join(fields, ","));
    }
    return text;
}

}  // namespace nextjob::app
