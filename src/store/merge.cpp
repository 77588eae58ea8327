#include "store/merge.hpp"

#include <algorithm>
#include <tuple>

namespace nextjob::store {
namespace {

void fill(std::string& known, const std::string& seen) {
    if (known.empty()) known = seen;
}

template <class T>
void fill(std::optional<T>& known, const std::optional<T>& seen) {
    if (!known) known = seen;
}

// "jobs.example.org" of "https://user@jobs.example.org:8443/17?a=b".
std::string_view hostOf(std::string_view link) {
    const auto scheme = link.find("://");
    if (scheme == std::string_view::npos) return {};
    link.remove_prefix(scheme + 3);
    link = link.substr(0, link.find_first_of("/?#\\"));
    if (const auto at = link.rfind('@'); at != std::string_view::npos) link.remove_prefix(at + 1);
    return link.substr(0, link.find(':'));
}

int fullness(const std::optional<Salary>& salary) {
    if (!salary) return -1;
    return int{salary->minimum.has_value()} + int{salary->maximum.has_value()} + int{!salary->currency.empty()}
           + int{salary->period.has_value()};
}

auto scored(const std::optional<Salary>& salary) {
    using Amount = std::optional<double>;
    return salary ? std::tuple<int, Amount, Amount, std::string, std::optional<SalaryPeriod>>(
                        1, salary->minimum, salary->maximum, salary->currency, salary->period)
                  : std::tuple<int, Amount, Amount, std::string, std::optional<SalaryPeriod>>();
}

}  // namespace

OfferFacts mergeFacts(const OfferFacts& known, const OfferFacts& seen, bool seenIsNewer) {
    OfferFacts merged = known;
    fill(merged.title, seen.title);
    fill(merged.company, seen.company);
    fill(merged.location, seen.location);
    fill(merged.workMode, seen.workMode);
    fill(merged.employmentType, seen.employmentType);
    fill(merged.seniority, seen.seniority);
    fill(merged.posted, seen.posted);
    fill(merged.language, seen.language);
    fill(merged.applyLink, seen.applyLink);
    // A newer one of the same site only: a mail of a stranger must not lead elsewhere what a known sender has offered.
    if (seenIsNewer && !seen.applyLink.empty() && hostOf(seen.applyLink) == hostOf(known.applyLink))
        merged.applyLink = seen.applyLink;
    if (seen.description.size() > known.description.size()) merged.description = seen.description;
    const int gain = fullness(seen.salary) - fullness(known.salary);
    if (gain > 0 || (gain == 0 && seenIsNewer)) merged.salary = seen.salary;
    for (const std::string& skill : seen.skills) {
        if (std::ranges::find(merged.skills, skill) == merged.skills.end()) merged.skills.push_back(skill);
    }
    return merged;
}

bool sameForScoring(const OfferFacts& left, const OfferFacts& right) {
    return left.title == right.title && left.company == right.company && left.location == right.location
           && left.workMode == right.workMode && left.employmentType == right.employmentType
           && left.seniority == right.seniority && left.language == right.language
           && scored(left.salary) == scored(right.salary) && std::ranges::is_permutation(left.skills, right.skills);
}

}  // namespace nextjob::store
