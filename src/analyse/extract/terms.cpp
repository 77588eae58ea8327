#include "analyse/extract/cell.hpp"

namespace nextjob::analyse {

std::optional<Proven<std::chrono::year_month_day>> findPosted(const Page& page, Span span,
                                                              std::optional<std::chrono::sys_seconds> received) {
    if (!received) return std::nullopt;
    using namespace std::chrono;
    const auto day = floor<days>(*received);
    for (const auto& hit : page.hits(span)) {
        const auto evidence = page.spanOf(hit);
        if (hit.topic == Topic::PostedToday) return Proven<year_month_day>{day, evidence};
        if (hit.topic == Topic::PostedYesterday) return Proven<year_month_day>{day - days(1), evidence};
        if (hit.topic != Topic::PostedAgo) continue;
        int number = 1;
        for (const auto& word : page.words(evidence)) {
            if (!word.number) continue;
            number = 0;
            for (const char c : page.slice(word.span)) {
                if (c >= '0' && c <= '9' && number < 1000) number = number * 10 + (c - '0');
            }
        }
        switch (static_cast<AgoUnit>(hit.value)) {
            case AgoUnit::Minute: return Proven<year_month_day>{floor<days>(*received - minutes(number)), evidence};
            case AgoUnit::Hour: return Proven<year_month_day>{floor<days>(*received - hours(number)), evidence};
            case AgoUnit::Day: return Proven<year_month_day>{day - days(number), evidence};
            case AgoUnit::Week: return Proven<year_month_day>{day - weeks(number), evidence};
            case AgoUnit::Month: return Proven<year_month_day>{day - days(30 * number), evidence};
        }
    }
    return std::nullopt;
}

std::optional<Proven<WorkMode>> findWorkMode(const Page& page, Span span) {
    std::optional<Proven<WorkMode>> best;
    // "Hybrid remote" is hybrid; a longer phrase says more than a shorter one.
    std::size_t words = 0;
    for (const auto& hit : page.hits(span)) {
        if (hit.topic != Topic::WorkMode) continue;
        const auto mode = static_cast<WorkMode>(hit.value);
        const bool wins = !best || hit.words > words || (hit.words == words && mode == WorkMode::Hybrid);
        if (!wins) continue;
        best = Proven<WorkMode>{mode, page.spanOf(hit)};
        words = hit.words;
    }
    return best;
}

std::optional<Proven<EmploymentType>> findEmployment(const Page& page, Span span) {
    for (const auto& hit : page.hits(span)) {
        if (hit.topic == Topic::Employment && hit.value != permanentEmployment)
            return Proven<EmploymentType>{static_cast<EmploymentType>(hit.value), page.spanOf(hit)};
    }
    return std::nullopt;
}

std::optional<Proven<EmploymentType>> findPermanent(const Page& page, Span span) {
    for (const auto& hit : page.hits(span)) {
        if (hit.topic == Topic::Employment && hit.value == permanentEmployment)
            return Proven<EmploymentType>{EmploymentType::FullTime, page.spanOf(hit)};
    }
    return std::nullopt;
}

std::optional<Proven<Seniority>> findSeniority(const Page& page, Span span) {
    std::optional<Proven<Seniority>> found;
    for (const auto& hit : page.hits(span)) {
        if (hit.topic != Topic::Seniority) continue;
        const auto rank = static_cast<Seniority>(hit.value);
        // "Senior Manager": the manager's rank says more than the adjective.
        if (!found || rank > found->value) found = Proven<Seniority>{rank, page.spanOf(hit)};
    }
    return found;
}

}  // namespace nextjob::analyse
