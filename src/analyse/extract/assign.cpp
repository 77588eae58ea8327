#include "analyse/extract/assign.hpp"

#include "analyse/extract/draft.hpp"
#include "analyse/extract/line_cutter.hpp"
#include "analyse/extract/salary.hpp"
#include "analyse/extract/settle.hpp"
#include "analyse/extract/title.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace nextjob::analyse {

namespace {

class FieldAssigner {
  public:
    FieldAssigner(const Page& page, const SenderProfile* sender, std::optional<std::chrono::sys_seconds> received,
                  bool companyElsewhere)
        : page_(page), sender_(sender), received_(received), companyElsewhere_(companyElsewhere) {}

    std::vector<Offer> assign(std::span<const Record> records);

  private:
    struct SlotFacts {
        int cells = 0, unknown = 0, location = 0, legal = 0, titles = 0, names = 0;
        int nearest = 1000;
    };

    Draft draft(const Record& record) const;
    void addCells(Draft& draft, const Line& line, Span span, int side) const;
    void readLabelled(Draft& draft, const Cell& cell) const;
    void dropConnector(Cell& cell) const;
    void learn(std::span<const Draft> drafts);
    void placeFields(Draft& draft) const;
    void joinTown(Draft& draft) const;
    std::optional<Span> placeByPosition(const Draft& draft) const;
    void splitCompanyOff(Draft& draft) const;
    std::optional<Span> bySlot(const Draft& draft, const Slot& slot, bool company) const;
    Span withoutMode(Span place) const;
    Offer finish(const Draft& draft) const;
    bool noise(Span span) const;
    bool companyLike(const Cell& cell) const;
    bool nameLike(const Cell& cell) const;

    const Page& page_;
    const SenderProfile* sender_;
    std::optional<std::chrono::sys_seconds> received_;
    bool companyElsewhere_;
    std::map<Slot, SlotFacts> slots_;
    std::optional<Slot> companySlot_, locationSlot_;
};

bool FieldAssigner::noise(Span span) const {
    if (sender_ == nullptr || sender_->noise.empty()) return false;
    const auto folded = foldCase(page_.slice(span));
    return std::ranges::find(sender_->noise, folded) != sender_->noise.end();
}

bool FieldAssigner::companyLike(const Cell& cell) const {
    if (cell.kind != CellKind::Unknown) return false;
    const auto text = page_.slice(cell.span);
    const auto length = characters(text);
    if (length < 2 || length > 80 || text.contains("http") || (text.contains('@') && text.contains('.'))) return false;
    // Reference codes and shares ("R-104533", "0.1% – 0.3%") are no names.
    std::size_t letters = 0, digits = 0;
    for (const char c : text) {
        digits += c >= '0' && c <= '9';
        letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
    }
    // "2 years of experience" counts something.
    const auto words = page_.words(cell.span);
    const bool counts = words.size() > 1 && words[0].number && !words[1].capitalised;
    return letters >= 2 && digits < letters && !text.contains('%') && !counts;
}

void FieldAssigner::readLabelled(Draft& draft, const Cell& cell) const {
    if (cell.value.begin >= cell.value.end) {
        draft.pending = cell.label;
        return;
    }
    switch (cell.label) {
        case LabelField::Title: draft.labelledTitle = cell.value; break;
        case LabelField::Company: draft.company = cell.value; break;
        case LabelField::Location: draft.location = cell.value; break;
        case LabelField::Salary: draft.salary = cell.value; break;
        default: break;
    }
}

// A few words that begin in upper case: a firm's name rather than its slogan.
bool FieldAssigner::nameLike(const Cell& cell) const {
    const auto words = page_.words(cell.span);
    if (words.empty() || words.size() > 5 || cell.kind != CellKind::Unknown) return false;
    return std::ranges::all_of(words, [](const Word& w) { return w.capitalised || w.number || w.span.size() <= 3; })
           && words.front().capitalised;
}

// "by Acme", "chez Acme", "в Акме": the connector says that a company follows, and is no part of it.
void FieldAssigner::dropConnector(Cell& cell) const {
    if (cell.kind != CellKind::Unknown && cell.kind != CellKind::Prose) return;
    const auto words = page_.words(cell.span);
    if (words.size() < 2) return;
    const auto hits = page_.hits(cell.span);
    const auto starts = [&](const Word& word, Topic topic) {
        return std::ranges::any_of(
            hits, [&](const Hit& h) { return h.topic == topic && h.words == 1 && page_.spanOf(h) == word.span; });
    };
    std::size_t skip = starts(words[0], Topic::PostedWord) && words.size() > 2 ? 1 : 0;
    if (!starts(words[skip], Topic::ConnectorCompany) || (!words[skip + 1].capitalised && !words[skip + 1].number))
        return;
    cell = classify(page_, {words[skip + 1].span.begin, cell.span.end});
    cell.companyWords = true;
}

void FieldAssigner::addCells(Draft& draft, const Line& line, Span span, int side) const {
    if (draft.pending) {
        const auto field = *std::exchange(draft.pending, std::nullopt);
        readLabelled(draft, {.span = span, .kind = CellKind::Labelled, .label = field, .value = span});
        return;
    }
    std::uint32_t index = 0;
    auto& cells = side < 0 ? draft.before : draft.after;
    for (auto cell : cutLine(page_, line, span)) {
        if (cell.kind == CellKind::Labelled) {
            readLabelled(draft, cell);
            continue;
        }
        dropConnector(cell);
        const auto* link = page_.linkOf(line);
        if (link != nullptr && link->kind == LinkClass::Company && cell.kind == CellKind::Unknown)
            cell.companyWords = true;
        if (cell.kind == CellKind::Empty || cell.kind == CellKind::Action || cell.kind == CellKind::NonOffer
            || noise(cell.span))
            continue;
        // Another title, or the title once more (image text, preview): no field.
        if (page_.slice(cell.span) == page_.slice(draft.title)) continue;
        cells.push_back({cell, {side, line.plain ? 0 : line.style, index++}, static_cast<std::uint32_t>(cells.size())});
    }
}

Draft FieldAssigner::draft(const Record& record) const {
    Draft draft{.record = &record, .title = record.title};
    const auto lines = page_.lines();
    for (auto i = record.first; i < record.titleLine; ++i) {
        if (!lines[i].separator && !lines[i].urlOnly) addCells(draft, lines[i], lines[i].span, -1);
    }
    draft.pending.reset();
    std::ranges::reverse(draft.before);
    for (std::uint32_t order = 0; auto& placed : draft.before) placed.order = order++;
    const auto& own = lines[record.titleLine];
    const Span left = trimField(page_.text(), {own.span.begin, record.title.begin});
    const Span right = trimField(page_.text(), {record.title.end, own.span.end});
    const bool labelled = classify(page_, own.span).kind == CellKind::Labelled;
    if (left.begin < left.end && !labelled) addCells(draft, own, left, -1);
    if (right.begin < right.end) addCells(draft, own, right, 1);
    for (auto i = record.titleLine + 1; i < record.last; ++i) {
        if (!lines[i].separator && !lines[i].urlOnly) addCells(draft, lines[i], lines[i].span, 1);
    }
    for (std::uint32_t order = 0; auto& placed : draft.after) {
        placed.order = order++;
        // In plain text the place within the record stands for the style.
        if (placed.slot.style == 0) placed.slot.style = placed.order + 1;
    }
    return draft;
}

// Learns where companies and locations stand.
void FieldAssigner::learn(std::span<const Draft> drafts) {
    for (const auto& draft : drafts) {
        for (const auto* side : {&draft.before, &draft.after}) {
            for (const auto& placed : *side) {
                auto& facts = slots_[placed.slot];
                ++facts.cells;
                facts.unknown += companyLike(placed.cell);
                facts.location += placed.cell.kind == CellKind::Location
                                  || (placed.cell.kind == CellKind::WorkMode && placed.cell.remote);
                facts.legal += placed.cell.companyWords;
                facts.titles += placed.cell.titleWords;
                facts.names += nameLike(placed.cell);
                facts.nearest = std::min(facts.nearest, static_cast<int>(placed.order));
            }
        }
    }
    const auto records = static_cast<double>(drafts.size());
    double bestCompany = 0.25, bestLocation = 0.25;
    for (const auto& [slot, facts] : slots_) {
        const auto cells = static_cast<double>(facts.cells);
        const double share = std::min(1.0, cells / records);
        const double near = 1.0 / (1 + facts.nearest);
        double company = share * (facts.unknown - 0.7 * facts.titles * (facts.legal == 0)) / cells + 0.25 * near
                         + 0.2 * facts.legal / cells + 0.3 * facts.names / cells;
        if (facts.unknown == 0) company = 0;
        if (sender_ != nullptr && sender_->company != CompanyPlace::Unknown) {
            company += (sender_->company == CompanyPlace::BeforeTitle) == (slot.side < 0) ? 0.4 : -0.4;
        } else if (slot.side < 0) {
            company -= 0.15;
        }
        if (facts.location * 2 > facts.cells) company -= 0.5;
        // Where the mail names one employer, only what stands in every record is another's name.
        if (companyElsewhere_ && (share < 0.8 || facts.unknown * 10 < facts.cells * 8)) company = 0;
        if (company > bestCompany) {
            bestCompany = company;
            companySlot_ = slot;
        }
        const double location = share * facts.location / cells + 0.1 * near;
        if (facts.location > 0 && location > bestLocation) {
            bestLocation = location;
            locationSlot_ = slot;
        }
    }
}

std::optional<Span> FieldAssigner::bySlot(const Draft& draft, const Slot& slot, bool company) const {
    const auto& cells = slot.side < 0 ? draft.before : draft.after;
    if (!company) {
        // A place says more than "Remote" in the same row.
        const auto place = std::ranges::find_if(
            cells, [&](const PlacedCell& p) { return p.slot == slot && p.cell.kind == CellKind::Location; });
        if (place != cells.end()) return place->cell.span;
    }
    for (const auto& placed : cells) {
        if (placed.slot != slot) continue;
        const auto kind = placed.cell.kind;
        const bool fits = company ? companyLike(placed.cell)
                                  : kind == CellKind::Location || (kind == CellKind::WorkMode && placed.cell.remote);
        if (fits) return placed.cell.span;
        // What the place says counts more than the word: a firm may be called like a town, a town may be unknown.
        const auto& facts = slots_.at(slot);
        if (company && kind == CellKind::Location && facts.unknown > facts.location) return placed.cell.span;
        const bool town = facts.location > facts.unknown || (slot != companySlot_ && nameLike(placed.cell));
        if (!company && kind == CellKind::Unknown && town) return placed.cell.span;
    }
    return std::nullopt;
}

// "Ocean Grove, Geelong VIC": what stands before the comma is the town, unless it is the company.
void FieldAssigner::joinTown(Draft& draft) const {
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
std::optional<Span> FieldAssigner::placeByPosition(const Draft& draft) const {
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
                              && std::ranges::all_of(words, capital) && characters(page_.slice(next.cell.span)) <= 40;
            return name ? std::optional(next.cell.span) : std::nullopt;
        }
    }
    return std::nullopt;
}

// "Acme Robotics, Belgrade, Serbia" reads like a place as a whole; its first part is none.
void FieldAssigner::splitCompanyOff(Draft& draft) const {
    const auto whole = *draft.location;
    const auto comma = page_.slice(whole).find(", ");
    if (comma == std::string_view::npos) return;
    const Span left{whole.begin, whole.begin + static_cast<std::uint32_t>(comma)};
    const Span right = trimField(page_.text(), {left.end + 2, whole.end});
    if (isPlace(page_, left) || !isPlace(page_, right) || page_.words(left).size() < 2) return;
    draft.company = left;
    draft.location = right;
}

void FieldAssigner::placeFields(Draft& draft) const {
    if (!draft.location && locationSlot_) draft.location = bySlot(draft, *locationSlot_, false);
    if (!draft.company && companySlot_) draft.company = bySlot(draft, *companySlot_, true);
    const auto taken = [&](Span span) {
        return (draft.company && *draft.company == span) || (draft.location && *draft.location == span);
    };
    const auto first = [&](const std::vector<PlacedCell>& cells, auto fits) -> std::optional<Span> {
        for (const auto& placed : cells) {
            if (!taken(placed.cell.span) && fits(placed)) return placed.cell.span;
        }
        return std::nullopt;
    };
    const auto anySide = [&](auto fits) {
        auto found = first(draft.after, fits);
        return found ? found : first(draft.before, fits);
    };
    if (!draft.location)
        draft.location = anySide([](const PlacedCell& p) { return p.cell.kind == CellKind::Location; });
    if (!draft.company && !companyElsewhere_) {
        const auto near = [&](const PlacedCell& p) {
            return p.order <= 3 && companyLike(p.cell) && (!p.cell.titleWords || p.cell.companyWords);
        };
        const auto nearName = [&](const PlacedCell& p) { return near(p) && (nameLike(p.cell) || p.cell.companyWords); };
        const bool both = draft.before.size() <= 4 || companySlot_;
        draft.company = first(draft.after, nearName);
        if (!draft.company && both) draft.company = first(draft.before, nearName);
        if (!draft.company) draft.company = first(draft.after, near);
        if (!draft.company && both) draft.company = first(draft.before, near);
    }
    if (draft.location) joinTown(draft);
    if (!draft.location)
        draft.location =
            anySide([](const PlacedCell& p) { return p.cell.kind == CellKind::WorkMode && p.cell.remote; });
    if (!draft.location && draft.company) draft.location = placeByPosition(draft);
    if (!draft.company && draft.location && !companyElsewhere_) splitCompanyOff(draft);
    if (draft.salary.empty()) {
        Span salary;
        for (const auto* side : {&draft.after, &draft.before}) {
            for (const auto& placed : *side) {
                if (placed.cell.kind == CellKind::Salary && salary.empty()) {
                    salary = placed.cell.span;
                    break;
                }
                if (placed.cell.kind == CellKind::SalaryPart) {
                    if (salary.empty()) salary = placed.cell.span;
                    salary.begin = std::min(salary.begin, placed.cell.span.begin);
                    salary.end = std::max(salary.end, placed.cell.span.end);
                } else if (!salary.empty()) {
                    break;
                }
            }
            if (!salary.empty()) break;
        }
        draft.salary = salary;
    }
}

// "Hyderabad - Hybrid", "Kraków, +2": the place without how one works there and how many more there are.
Span FieldAssigner::withoutMode(Span place) const {
    for (const auto mark : dashes(page_, place)) {
        const Span left = trimField(page_.text(), {place.begin, mark.begin});
        const Span right = trimField(page_.text(), {mark.end, place.end});
        const auto isMode = [&](Span part) {
            const auto cell = classify(page_, part);
            return cell.kind == CellKind::WorkMode && !cell.remote;
        };
        if (isMode(right) && !left.empty()) return left;
        if (isMode(left) && !right.empty()) return right;
    }
    if (const auto more = page_.slice(place).find(", +"); more != std::string_view::npos)
        place.end = place.begin + static_cast<std::uint32_t>(more);
    return place;
}

Offer FieldAssigner::finish(const Draft& draft) const {
    const auto lines = page_.lines();
    const Span all{lines[draft.record->first].span.begin,
                   std::max(lines[draft.record->last - 1].span.end, draft.title.end)};
    Offer offer{.title = page_.proven(draft.title)};
    offer.record = all;
    if (draft.company) offer.company = page_.proven(*draft.company);
    if (draft.location) {
        auto place = *draft.location;
        if (page_.slice(place).ends_with('.')) --place.end;
        // "in Huntsville, AL"
        const auto words = page_.words(place);
        const auto hits = page_.hits(place);
        const bool connector =
            words.size() > 1 && !words[0].capitalised && std::ranges::any_of(hits, [&](const Hit& h) {
                return h.topic == Topic::ConnectorLocation && h.words == 1 && page_.spanOf(h) == words[0].span;
            });
        if (connector) place.begin = words[1].span.begin;
        place = withoutMode(place);
        offer.location = page_.proven(place);
    }
    if (draft.record->link != noIndex) {
        const auto& link = page_.links()[draft.record->link];
        const Span evidence = link.text.empty() ? draft.title : link.text;
        offer.applyLink = {link.target, evidence};
    }
    if (!draft.salary.empty()) offer.salary = findSalary(page_, draft.salary);
    if (!offer.salary) offer.salary = findSalary(page_, all);
    // Terms of the offer stand in short cells; a summary's prose may speak of anything.
    for (const auto* side : {&draft.after, &draft.before}) {
        for (const auto& placed : *side) {
            const auto span = placed.cell.span;
            const bool prose = placed.cell.kind == CellKind::Prose;
            if (!offer.posted && !prose) offer.posted = findPosted(page_, span, received_);
            if (prose && !offer.description && characters(page_.slice(span)) >= 40)
                offer.description = page_.proven(span);
            if (prose || placed.cell.kind == CellKind::Unknown) continue;
            if (!offer.workMode) offer.workMode = findWorkMode(page_, span);
            if (!offer.employmentType) offer.employmentType = findEmployment(page_, span);
            if (!offer.seniority) offer.seniority = findSeniority(page_, span);
        }
    }
    if (draft.location && !offer.workMode) offer.workMode = findWorkMode(page_, *draft.location);
    if (!offer.workMode) offer.workMode = findWorkMode(page_, draft.title);
    if (!offer.employmentType) offer.employmentType = findEmployment(page_, draft.title);
    if (const auto rank = findSeniority(page_, draft.title)) offer.seniority = rank;
    return offer;
}

std::vector<Offer> FieldAssigner::assign(std::span<const Record> records) {
    std::vector<Draft> drafts;
    for (const auto& record : records) drafts.push_back(draft(record));
    learn(drafts);
    for (auto& draft : drafts) placeFields(draft);
    settleTogether(page_, drafts);
    std::vector<TitleParts> titles;
    for (const auto& draft : drafts) {
        titles.push_back(
            {.title = draft.labelledTitle.value_or(draft.title), .company = draft.company, .location = draft.location});
    }
    splitTitles(page_, titles, companyElsewhere_);
    std::vector<Offer> offers;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        drafts[i].title = trimSymbols(page_.text(), titles[i].title);
        drafts[i].company = titles[i].company;
        drafts[i].location = titles[i].location;
        if (drafts[i].company) drafts[i].company = trimSymbols(page_.text(), *drafts[i].company);
        if (drafts[i].location) drafts[i].location = trimSymbols(page_.text(), *drafts[i].location);
        offers.push_back(finish(drafts[i]));
    }
    return offers;
}

}  // namespace

std::vector<Offer> assignFields(const Page& page, std::span<const Record> records, const SenderProfile* sender,
                                std::optional<std::chrono::sys_seconds> received, bool companyElsewhere) {
    if (records.empty()) return {};
    return FieldAssigner(page, sender, received, companyElsewhere).assign(records);
}

}  // namespace nextjob::analyse
