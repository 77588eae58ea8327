#include "analyse/extract/offer_of.hpp"

#include "analyse/extract/salary.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

constexpr std::size_t shortestDescription = 40;  // characters

// "Hyderabad - Hybrid", "CDI - Lyon", "Kraków, +2": the place without how one works there and how many more there are.
Span withoutMode(const Page& page, Span place) {
    for (const auto mark : dashes(page, place)) {
        const Span left = trimField(page.text(), {place.begin, mark.begin});
        const Span right = trimField(page.text(), {mark.end, place.end});
        const auto isMode = [&](Span part) {
            const auto cell = classify(page, part);
            return cell.kind == CellKind::Terms || (cell.kind == CellKind::WorkMode && !cell.remote);
        };
        if (isMode(right) && !left.empty()) return withoutMode(page, left);
        if (isMode(left) && !right.empty()) return withoutMode(page, right);
    }
    if (const auto more = page.slice(place).find(", +"); more != std::string_view::npos)
        place.end = place.begin + static_cast<std::uint32_t>(more);
    return place;
}

// "in Huntsville, AL"
Span withoutConnector(const Page& page, Span place) {
    const auto words = page.words(place);
    if (words.size() < 2 || words[0].capitalised) return place;
    const bool connector =
        std::ranges::any_of(page.hits(words[0].span), [](const Hit& h) { return h.topic == Topic::ConnectorLocation; });
    if (connector) place.begin = words[1].span.begin;
    return place;
}

// Terms of the offer stand in short cells; a summary's prose may speak of anything.
void readTerms(const Page& page, const Cell& cell, std::optional<std::chrono::sys_seconds> received, Offer& offer) {
    if (cell.kind == CellKind::Prose) {
        if (!offer.description && characters(page.slice(cell.span)) >= shortestDescription)
            offer.description = page.proven(cell.span);
        return;
    }
    if (!offer.posted) offer.posted = findPosted(page, cell.span, received);
    if (cell.kind == CellKind::Unknown) return;
    if (!offer.workMode) offer.workMode = findWorkMode(page, cell.span);
    if (!offer.employmentType) offer.employmentType = findEmployment(page, cell.span);
    if (!offer.seniority) offer.seniority = findSeniority(page, cell.span);
}

}  // namespace

Offer offerOf(const Page& page, const Draft& draft, std::optional<std::chrono::sys_seconds> received) {
    const auto lines = page.lines();
    Offer offer{.title = page.proven(draft.title)};
    offer.record = {lines[draft.record->first].span.begin,
                    std::max(lines[draft.record->last - 1].span.end, draft.title.end)};
    if (draft.company) offer.company = page.proven(*draft.company);
    if (draft.location) {
        auto place = *draft.location;
        if (page.slice(place).ends_with('.')) --place.end;
        offer.location = page.proven(withoutMode(page, withoutConnector(page, place)));
    }
    if (draft.record->link != noIndex) {
        const auto& link = page.links()[draft.record->link];
        offer.applyLink = {link.target, link.text.empty() ? draft.title : link.text};
    }
    if (!draft.salary.empty()) offer.salary = findSalary(page, draft.salary);
    if (!offer.salary) offer.salary = findSalary(page, offer.record);
    for (const auto* side : {&draft.after, &draft.before}) {
        for (const auto& placed : *side) readTerms(page, placed.cell, received, offer);
    }
    if (draft.location && !offer.workMode) offer.workMode = findWorkMode(page, *draft.location);
    if (!offer.workMode) offer.workMode = findWorkMode(page, draft.title);
    if (!offer.employmentType) offer.employmentType = findEmployment(page, draft.title);
    for (const auto* side : {&draft.after, &draft.before}) {
        for (const auto& [cell, slot, order] : *side) {
            const bool term = cell.kind != CellKind::Prose && cell.kind != CellKind::Unknown;
            if (term && !offer.employmentType) offer.employmentType = findPermanent(page, cell.span);
        }
    }
    if (!offer.employmentType) offer.employmentType = findPermanent(page, draft.title);
    if (const auto rank = findSeniority(page, draft.title)) offer.seniority = rank;
    return offer;
}

}  // namespace nextjob::analyse
