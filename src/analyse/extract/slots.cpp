#include "analyse/extract/slots.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

constexpr double leastScore = 0.25;  // a slot below it is none

bool isPlaceOrRemote(const Cell& cell) {
    return cell.kind == CellKind::Location || (cell.kind == CellKind::WorkMode && cell.remote);
}

const std::vector<PlacedCell>& sideOf(const Draft& draft, const Slot& slot) {
    return slot.side < 0 ? draft.before : draft.after;
}

}  // namespace

Slots::Slots(const Page& page, std::span<const Draft> drafts, const SenderProfile* sender, bool companyElsewhere)
    : page_(page), sender_(sender), companyElsewhere_(companyElsewhere) {
    for (const auto& draft : drafts) {
        for (const auto* side : {&draft.before, &draft.after}) {
            for (const auto& placed : *side) count(placed);
        }
    }
    const auto records = static_cast<double>(drafts.size());
    double bestCompany = leastScore, bestPlace = leastScore;
    for (const auto& [slot, facts] : facts_) {
        if (const auto score = companyScore(slot, facts, records); score > bestCompany) {
            bestCompany = score;
            company_ = slot;
        }
        const auto cells = static_cast<double>(facts.cells);
        const double score = std::min(1.0, cells / records) * facts.location / cells + 0.1 / (1 + facts.nearest);
        if (facts.location > 0 && score > bestPlace) {
            bestPlace = score;
            place_ = slot;
        }
    }
}

void Slots::count(const PlacedCell& placed) {
    auto& facts = facts_[placed.slot];
    ++facts.cells;
    facts.unknown += companyLike(page_, placed.cell);
    facts.location += isPlaceOrRemote(placed.cell);
    facts.legal += placed.cell.companyWords;
    facts.titles += placed.cell.titleWords;
    facts.names += nameLike(page_, placed.cell);
    facts.nearest = std::min(facts.nearest, static_cast<int>(placed.order));
}

double Slots::companyScore(const Slot& slot, const Facts& facts, double records) const {
    if (facts.unknown == 0) return 0;
    const auto cells = static_cast<double>(facts.cells);
    const double share = std::min(1.0, cells / records);
    // Where the mail names one employer, only what stands in every record is another's name.
    if (companyElsewhere_ && (share < 0.8 || facts.unknown * 10 < facts.cells * 8)) return 0;
    double score = share * (facts.unknown - 0.7 * facts.titles * (facts.legal == 0)) / cells
                   + 0.25 / (1 + facts.nearest) + 0.2 * facts.legal / cells + 0.3 * facts.names / cells;
    if (sender_ != nullptr && sender_->company != CompanyPlace::Unknown) {
        score += (sender_->company == CompanyPlace::BeforeTitle) == (slot.side < 0) ? 0.4 : -0.4;
    } else if (slot.side < 0) {
        score -= 0.15;
    }
    if (facts.location * 2 > facts.cells) score -= 0.5;
    return score;
}

// What the slot says counts more than the word: a firm may be called like a town, a town may be unknown.
std::optional<Span> Slots::company(const Draft& draft) const {
    if (!company_) return std::nullopt;
    const auto& facts = facts_.at(*company_);
    for (const auto& placed : sideOf(draft, *company_)) {
        if (placed.slot != *company_) continue;
        const bool town = placed.cell.kind == CellKind::Location && facts.unknown > facts.location;
        if (town || companyLike(page_, placed.cell)) return placed.cell.span;
    }
    return std::nullopt;
}

std::optional<Span> Slots::place(const Draft& draft) const {
    if (!place_) return std::nullopt;
    const auto& cells = sideOf(draft, *place_);
    // A place says more than "Remote" in the same row.
    const auto known = std::ranges::find_if(
        cells, [&](const PlacedCell& p) { return p.slot == *place_ && p.cell.kind == CellKind::Location; });
    if (known != cells.end()) return known->cell.span;
    const auto& facts = facts_.at(*place_);
    for (const auto& placed : cells) {
        if (placed.slot != *place_) continue;
        const bool town = facts.location > facts.unknown || (place_ != company_ && nameLike(page_, placed.cell));
        if (isPlaceOrRemote(placed.cell) || (placed.cell.kind == CellKind::Unknown && town)) return placed.cell.span;
    }
    return std::nullopt;
}

}  // namespace nextjob::analyse
