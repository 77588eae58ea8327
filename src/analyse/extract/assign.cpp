#include "analyse/extract/assign.hpp"

#include "analyse/extract/draft.hpp"
#include "analyse/extract/offer_of.hpp"
#include "analyse/extract/settle.hpp"
#include "analyse/extract/slots.hpp"
#include "analyse/extract/title.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

constexpr std::uint32_t nearTitle = 3;   // cells between a title and what is likely its firm
constexpr std::size_t shortHead = 4;     // cells above a title that may hold its firm though no slot says so
constexpr std::size_t longestTown = 40;  // characters

// Chooses a draft's company, place and salary among its cells.
class FieldPlacer {
  public:
    FieldPlacer(const Page& page, const Slots& slots, bool companyElsewhere)
        : page_(page), slots_(slots), companyElsewhere_(companyElsewhere) {}

    void place(Draft& draft) const {
        if (!draft.location) draft.location = slots_.place(draft);
        if (!draft.company) draft.company = slots_.company(draft);
        if (!draft.location) draft.location = first(draft, isPlaceCell);
        if (!draft.company && !companyElsewhere_) draft.company = companyNearby(draft);
        if (draft.location) joinTown(draft);
        if (!draft.location) draft.location = first(draft, isRemote);
        if (!draft.location && draft.company) draft.location = placeByPosition(draft);
        if (!draft.company && draft.location && !companyElsewhere_) splitCompanyOff(draft);
        if (draft.salary.empty()) draft.salary = salaryOf(draft);
    }

  private:
    static bool isPlaceCell(const PlacedCell& p) { return p.cell.kind == CellKind::Location; }
    static bool isRemote(const PlacedCell& p) { return p.cell.kind == CellKind::WorkMode && p.cell.remote; }

    // The first cell that fits and is no field yet, behind the title rather than before it.
    template <class Fits>
    static std::optional<Span> first(const Draft& draft, const std::vector<PlacedCell>& cells, Fits fits) {
        const auto free = std::ranges::find_if(cells, [&](const PlacedCell& p) {
            return draft.company != p.cell.span && draft.location != p.cell.span && fits(p);
        });
        return free == cells.end() ? std::nullopt : std::optional(free->cell.span);
    }
    template <class Fits>
    static std::optional<Span> first(const Draft& draft, Fits fits) {
        const auto found = first(draft, draft.after, fits);
        return found ? found : first(draft, draft.before, fits);
    }

    // Where no slot says it, a name near the title; next, any words there that could be one.
    std::optional<Span> companyNearby(const Draft& draft) const {
        const auto near = [&](const PlacedCell& p) {
            return p.order <= nearTitle && companyLike(page_, p.cell) && (!p.cell.titleWords || p.cell.companyWords);
        };
        const auto nearName = [&](const PlacedCell& p) {
            return near(p) && (nameLike(page_, p.cell) || p.cell.companyWords);
        };
        const bool both = draft.before.size() <= shortHead || slots_.knowCompany();
        auto found = both ? first(draft, nearName) : first(draft, draft.after, nearName);
        if (!found) found = both ? first(draft, near) : first(draft, draft.after, near);
        return found;
    }

    // One cell, or parts of a salary that stand side by side.
    static Span salaryOf(const Draft& draft) {
        for (const auto* side : {&draft.after, &draft.before}) {
            Span salary;
            for (const auto& [cell, slot, order] : *side) {
                if (cell.kind == CellKind::Salary && salary.empty()) return cell.span;
                if (cell.kind == CellKind::SalaryPart) {
                    if (salary.empty()) salary = cell.span;
                    salary = {std::min(salary.begin, cell.span.begin), std::max(salary.end, cell.span.end)};
                } else if (!salary.empty()) {
                    break;
                }
            }
            if (!salary.empty()) return salary;
        }
        return {};
    }

    void joinTown(Draft& draft) const;
    std::optional<Span> placeByPosition(const Draft& draft) const;
    void splitCompanyOff(Draft& draft) const;

    const Page& page_;
    const Slots& slots_;
    bool companyElsewhere_;
};

// "Ocean Grove, Geelong VIC": what stands before the comma is the town, unless it is the company.
void FieldPlacer::joinTown(Draft& draft) const {
    for (const auto* side : {&draft.after, &draft.before}) {
        for (const auto& placed : *side) {
            const auto span = placed.cell.span;
            if (placed.cell.kind == CellKind::Location && span.begin > draft.location->end) {
                const auto between = page_.slice({draft.location->end, span.begin});
                if (between == ", " || (companyElsewhere_ && between == " - ")) draft.location->end = span.end;
            }
            if (placed.cell.kind != CellKind::Unknown || (draft.company && *draft.company == span)
                || span.end > draft.location->begin)
                continue;
            const auto gap = page_.slice({span.end, draft.location->begin});
            // An employer's own offers have sites, not firms: "Lakeview Campus - Duluth, MN".
            if ((gap == ", " || (companyElsewhere_ && gap == " - ")) && !placed.cell.titleWords)
                draft.location->begin = span.begin;
        }
    }
}

// A short name right behind the company, where nothing says what it is, is a town that the lexicon lacks.
std::optional<Span> FieldPlacer::placeByPosition(const Draft& draft) const {
    for (const auto* side : {&draft.after, &draft.before}) {
        for (std::size_t i = 0; i + 1 < side->size(); ++i) {
            const auto& cells = *side;
            const auto& company = side == &draft.before ? cells[i + 1] : cells[i];
            const auto& next = side == &draft.before ? cells[i] : cells[i + 1];
            if (company.cell.span != *draft.company) {
                continue;
            }
            const auto words = page_.words(next.cell.span);
            const auto capital = [](const Word& w) { return w.capitalised || w.span.size() <= 3; };
            const bool name = next.cell.kind == CellKind::Unknown && !next.cell.titleWords && !next.cell.companyWords
                              && !words.empty() && words.size() <= 4 && words.front().capitalised
                              && std::ranges::all_of(words, capital)
                              && characters(page_.slice(next.cell.span)) <= longestTown;
            return name ? std::optional(next.cell.span) : std::nullopt;
        }
    }
    return std::nullopt;
}

// "Acme Robotics, Belgrade, Serbia" reads like a place as a whole; its first part is none.
void FieldPlacer::splitCompanyOff(Draft& draft) const {
    const auto whole = *draft.location;
    const auto comma = page_.slice(whole).find(", ");
    if (comma == std::string_view::npos) return;
    const Span left{whole.begin, whole.begin + static_cast<std::uint32_t>(comma)};
    const Span right = trimField(page_.text(), {left.end + 2, whole.end});
    if (isPlace(page_, left) || !isPlace(page_, right) || page_.words(left).size() < 2) return;
    draft.company = left;
    draft.location = right;
}

}  // namespace

std::vector<Offer> assignFields(const Page& page, std::span<const Record> records, const SenderProfile* sender,
                                std::optional<std::chrono::sys_seconds> received, bool companyElsewhere) {
    if (records.empty()) return {};
    std::vector<Draft> drafts;
    drafts.reserve(records.size());
    for (const auto& record : records) drafts.push_back(readDraft(page, record, sender));
    const Slots slots(page, drafts, sender, companyElsewhere);
    const FieldPlacer placer(page, slots, companyElsewhere);
    for (auto& draft : drafts) placer.place(draft);
    settleTogether(page, drafts);
    std::vector<TitleParts> titles;
    titles.reserve(drafts.size());
    for (const auto& draft : drafts) {
        titles.push_back(
            {.title = draft.labelledTitle.value_or(draft.title), .company = draft.company, .location = draft.location});
    }
    splitTitles(page, titles, companyElsewhere);
    std::vector<Offer> offers;
    offers.reserve(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        auto& draft = drafts[i];
        draft.title = trimSymbols(page.text(), titles[i].title);
        draft.company = titles[i].company;
        draft.location = titles[i].location;
        if (draft.company) draft.company = trimSymbols(page.text(), *draft.company);
        if (draft.location) draft.location = trimSymbols(page.text(), *draft.location);
        offers.push_back(offerOf(page, draft, received));
    }
    return offers;
}

}  // namespace nextjob::analyse
