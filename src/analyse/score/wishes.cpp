#include "analyse/score/wishes.hpp"

#include "text/fold.hpp"
#include "text/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace nextjob::analyse {

namespace {

constexpr std::size_t longestPlace = 200;  // bytes

// Steps of a career; levels on one step differ in kind, not in height.
int rung(Seniority level) {
    switch (level) {
        case Seniority::Intern: return 0;
        case Seniority::Junior: return 1;
        case Seniority::Middle: return 2;
        case Seniority::Senior: return 3;
        case Seniority::Lead:
        case Seniority::Staff:
        case Seniority::Manager: return 4;
        case Seniority::Principal: return 5;
        case Seniority::Director: return 6;
        case Seniority::Executive: return 7;
    }
    return 0;
}

std::string_view levelName(Seniority level) {
    constexpr std::string_view names[] = {"internship", "junior",    "mid-level", "senior",   "lead",
                                          "staff",      "principal", "manager",   "director", "executive"};
    return names[static_cast<std::size_t>(level)];
}

// How well a way of working suits one who wants another.
double modeSuits(WorkMode offered, WorkMode wanted) {
    if (offered == wanted) return 1;
    switch (wanted) {
        case WorkMode::Remote: return offered == WorkMode::Hybrid ? 0.4 : 0;
        case WorkMode::Hybrid: return offered == WorkMode::Remote ? 0.8 : 0.4;
        case WorkMode::OnSite: return offered == WorkMode::Hybrid ? 0.8 : 0.4;
    }
    return 0;
}

std::optional<double> judgeMode(const OfferFacts& offer, const Profile& profile) {
    if (!offer.workMode || profile.workModes.empty()) return std::nullopt;
    double best = 0;
    for (const WorkMode wanted : profile.workModes) best = std::max(best, modeSuits(*offer.workMode, wanted));
    return best;
}

// Whole words of a place in a location: "Berlin" is in "10115 Berlin, Germany".
bool holdsPlace(std::string_view location, std::string_view place) {
    const auto isInside = [&](std::size_t at) {
        return at < location.size() && text::isLetterOrDigit(text::decode(location, at).value);
    };
    for (auto at = location.find(place); at != std::string_view::npos; at = location.find(place, at + 1)) {
        const auto before = at == 0 ? U' ' : static_cast<char32_t>(static_cast<unsigned char>(location[at - 1]));
        if (!text::isLetterOrDigit(before < 0x80 ? before : U'x') && !isInside(at + place.size())) return true;
    }
    return false;
}

std::optional<double> judgeCity(const OfferFacts& offer, const Profile& profile) {
    if (offer.location.empty() || profile.places.empty()) return std::nullopt;
    const std::string location = text::fold(offer.location.substr(0, longestPlace));
    return std::ranges::any_of(profile.places,
                               [&](std::string_view place) {
                                   const std::string folded = text::fold(text::trim(place).substr(0, longestPlace));
                                   return !folded.empty() && holdsPlace(location, folded);
                               })
               ? 1.0
               : 0.0;
}

std::string_view modeName(WorkMode mode) {
    constexpr std::string_view names[] = {"On site", "Hybrid", "Remote"};
    return names[static_cast<std::size_t>(mode)];
}

}  // namespace

Criterion judgeSeniority(const OfferFacts& offer, const Profile& profile) {
    Criterion result{.kind = CriterionKind::Seniority, .wished = !profile.seniorities.empty()};
    if (!result.wished || !offer.seniority) return result;
    constexpr double byDistance[] = {1, 0.6, 0.25, 0};
    int distance = 3;
    for (const Seniority wanted : profile.seniorities)
        distance = std::min(distance, std::abs(rung(*offer.seniority) - rung(wanted)));
    result.value = byDistance[distance];
    result.certainty = 1;
    result.evidence = {"seniority"};
    result.note = fmt::format("{} level, {}", levelName(*offer.seniority),
                              distance == 0 ? "as you want" : "not the level you want");
    result.note.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(result.note.front())));
    return result;
}

Criterion judgePlace(const OfferFacts& offer, const Profile& profile) {
    Criterion result{.kind = CriterionKind::Place, .wished = !profile.places.empty() || !profile.workModes.empty()};
    const auto mode = judgeMode(offer, profile);
    auto city = judgeCity(offer, profile);
    // Who works remotely need not live there.
    if (city && *city == 0 && offer.workMode == WorkMode::Remote) city = mode == 1 ? std::nullopt : std::optional(0.5);
    if (!mode && !city) return result;
    result.value = mode && city ? (*mode + *city) / 2 : mode ? *mode : *city;
    result.certainty = mode || profile.workModes.empty() ? 1 : 0.7;
    if (mode) result.evidence.emplace_back("work_mode");
    if (city) result.evidence.emplace_back("location");
    if (mode && !city) {
        result.note = fmt::format("{}, {}", modeName(*offer.workMode), *mode == 1 ? "as you want" : "not as you want");
    } else if (!mode || *mode == *city) {
        result.note = fmt::format("In {}, {}", offer.location.substr(0, longestPlace),
                                  *city == 1 ? "where you want to work" : "not where you want to work");
    } else {
        result.note = fmt::format("{} in {}", modeName(*offer.workMode), offer.location.substr(0, longestPlace));
    }
    return result;
}

double perYear(double amount, SalaryPeriod period) {
    switch (period) {
        case SalaryPeriod::Hour: return amount * 1800;
        case SalaryPeriod::Day: return amount * 225;
        case SalaryPeriod::Week: return amount * 45;
        case SalaryPeriod::Month: return amount * 12;
        case SalaryPeriod::Year: return amount;
    }
    return amount;
}

Criterion judgeSalary(const OfferFacts& offer, const Profile& profile) {
    Criterion result{.kind = CriterionKind::Salary, .wished = profile.salaryFloor && profile.salaryFloor->amount > 0};
    if (!result.wished || !offer.salary) return result;
    const Salary& salary = *offer.salary;
    const SalaryFloor& floor = *profile.salaryFloor;
    const auto most = salary.maximum ? salary.maximum : salary.minimum;
    if (!most || !salary.period || salary.currency.empty() || salary.currency != floor.currency) return result;
    const double ratio = perYear(*most, *salary.period) / perYear(floor.amount, floor.period);
    if (!(ratio >= 0)) return result;
    // Half the floor is worth nothing; between that and the floor, up to 0.5; a least that reaches the floor,
    // all.
    const auto least = salary.minimum ? salary.minimum : most;
    const bool sure = perYear(*least, *salary.period) >= perYear(floor.amount, floor.period);
    result.value = ratio >= 1 ? (sure ? 1 : 0.85) : std::max(0.0, ratio - 0.5);
    result.certainty = 1;
    result.evidence = {"salary"};
    result.note = ratio >= 1 ? (sure ? "The pay is at or above your floor" : "The pay can reach your floor")
                             : "The pay is below your floor";
    return result;
}

}  // namespace nextjob::analyse
