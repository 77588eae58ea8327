#include "api/handlers/job_offers/facts_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

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

FactsView view(const OfferFacts& facts) {
    return {
        .title = facts.title,
        .company = orNull(facts.company),
        .location = orNull(facts.location),
        .description = orNull(facts.description),
        .applyLink = orNull(facts.applyLink),
        .salary = salaryView(facts.salary),
        .workMode = nameOrNull(facts.workMode),
        .remote = facts.workMode ? std::optional(*facts.workMode == WorkMode::Remote) : std::nullopt,
        .employmentType = nameOrNull(facts.employmentType),
        .seniority = nameOrNull(facts.seniority),
        .posted = facts.posted ? std::optional(text::date(*facts.posted)) : std::nullopt,
        .language = orNull(facts.language),
        .skills = {facts.skills.begin(), facts.skills.end()},
    };
}

}  // namespace nextjob::api
