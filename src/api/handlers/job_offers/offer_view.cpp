#include "api/handlers/job_offers/offer_view.hpp"

#include "api/timestamp.hpp"
#include "model/names.hpp"

namespace nextjob::api {

namespace {

std::optional<std::string_view> orNull(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

template <class Enum>
std::optional<std::string_view> nameOrNull(const std::optional<Enum>& value) {
    return value ? std::optional(nameOf(*value)) : std::nullopt;
}

std::optional<SalaryView> salaryView(const std::optional<Salary>& salary) {
    if (!salary) return {};
    return SalaryView{.verbatim = salary->verbatim,
                      .minimum = salary->minimum,
                      .maximum = salary->maximum,
                      .currency = orNull(salary->currency),
                      .period = nameOrNull(salary->period)};
}

}  // namespace

OfferView view(const StoredOffer& offer) {
    const OfferFacts& facts = offer.facts;
    const auto seen = timestamp(offer.firstSeen);
    return {
        .id = offer.id,
        .userId = offer.user,
        .email = offer.email,
        .matchScore = offer.score.matchScore,
        .reason = offer.score.reason,
        .technologiesMatched = offer.score.technologiesMatched,
        .title = facts.title,
        .company = orNull(facts.company),
        .location = orNull(facts.location),
        .description = orNull(facts.description),
        .applyLink = orNull(facts.applyLink),
        .source = offer.source,
        .sourceId = offer.sourceId,
        .salary = salaryView(facts.salary),
        .workMode = nameOrNull(facts.workMode),
        .remote = facts.workMode ? std::optional(*facts.workMode == WorkMode::Remote) : std::nullopt,
        .employmentType = nameOrNull(facts.employmentType),
        .seniority = nameOrNull(facts.seniority),
        .posted = facts.posted ? std::optional(date(*facts.posted)) : std::nullopt,
        .language = orNull(facts.language),
        .skills = {facts.skills.begin(), facts.skills.end()},
        .confidence = offer.score.confidence,
        .criteria = {offer.score.criteriaJson},
        .state = nameOf(offer.state),
        .firstSeen = seen,
        .lastSeen = timestamp(offer.lastSeen),
        .sightings = offer.sightings,
        .createdAt = seen,
    };
}

}  // namespace nextjob::api
