#include "analyse/extract/assign.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/salary.hpp"
#include "analyse/extract/title.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace nextjob::analyse {

namespace {

// Where a cell stands within its record: what records have in common.
struct Slot {
    int side = 0;  // -1 before the title, +1 after it
    std::uint64_t style = 0;
    std::uint32_t indexInLine = 0;
    friend auto operator<=>(const Slot&, const Slot&) = default;
};

struct PlacedCell {
    Cell cell;
    Slot slot;
    std::uint32_t order = 0;  // cells between it and the title
};

struct Draft {
    const Record* record;
    Span title;
    std::vector<PlacedCell> before, after;  // nearest to the title first
    std::optional<Span> company, location, labelledTitle;
    Span salary;  // may span several cells
    std::optional<LabelField> pending;  // a label whose value is the next line
};

// The typed parts of a line that holds several fields, or the line as it is.
class LineCutter {
  public:
    explicit LineCutter(const Page& page) : page_(page) {}

    std::vector<Cell> cut(const Line& line, Span span) const {
        std::vector<Cell> cells;
        for (const auto field : splitFields(page_, span)) {
            const auto whole = classify(page_, field);
            if (whole.kind == CellKind::Salary) {
                if (!cutSalary(field, cells)) cells.push_back(whole);
            } else if (whole.kind == CellKind::Terms) {
                if (!cutSlash(field, cells)) cells.push_back(whole);
            } else if (whole.kind != CellKind::Unknown && whole.kind != CellKind::Prose) {
                cells.push_back(whole);
            } else if (!cutSlash(field, cells) && !cutPieces(line, field, cells) && !cutDash(field, cells) && !cutComma(field, cells)) {
                cells.push_back(whole);
            }
        }
        return cells;
    }

  private:
    static bool typed(CellKind kind) {
        return kind == CellKind::Location || kind == CellKind::Salary || kind == CellKind::WorkMode || kind == CellKind::Terms ||
               kind == CellKind::Posted || kind == CellKind::Rating || kind == CellKind::Badge;
    }

    // "Full-time / Europe only"
    bool cutSlash(Span field, std::vector<Cell>& out) const {
        const auto at = page_.slice(field).find(" / ");
        if (at == std::string_view::npos) return false;
        const auto slash = field.begin + static_cast<std::uint32_t>(at);
        return cutAt(field, {slash, slash + 3}, out);
    }

    // By the elements that the line is made of: <b>Acme</b> <span>3.8 ★</span>.
    bool cutPieces(const Line& line, Span field, std::vector<Cell>& out) const {
        std::vector<Span> parts;
        for (const auto& piece : page_.pieces(line)) {
            const Span part = trimField(page_.text(), {std::max(piece.span.begin, field.begin), std::min(piece.span.end, field.end)});
            if (part.begin < part.end) parts.push_back(part);
        }
        if (parts.size() < 2 || parts.size() > 8) return false;
        std::vector<Cell> cells;
        bool any = false;
        for (const auto part : parts) {
            cells.push_back(classify(page_, part));
            any = any || typed(cells.back().kind);
        }
        if (!any) return false;
        // A place over several elements ("Kansas City" - "MO") is one.
        for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
            const Span joined{cells[i].span.begin, cells.back().span.end};
            if ((cells[i].kind == CellKind::Location || (cells[i].kind == CellKind::Unknown && i > 0)) && isPlace(page_, joined)) {
                cells[i] = classify(page_, joined);
                cells.resize(i + 1);
            }
        }
        std::ranges::copy_if(cells, std::back_inserter(out), [](const Cell& c) { return c.kind != CellKind::Empty; });
        return true;
    }

    bool cutAt(Span field, Span mark, std::vector<Cell>& out) const {
        const Span left = trimField(page_.text(), {field.begin, mark.begin});
        const Span right = trimField(page_.text(), {mark.end, field.end});
        if (left.begin >= left.end || right.begin >= right.end) return false;
        const auto second = classify(page_, right);
        const auto first = classify(page_, left);
        // "CDI - Somewhere": terms before a name that is no title.
        const bool afterTerms = first.kind == CellKind::Terms && second.kind == CellKind::Unknown && !second.titleWords;
        if (!typed(second.kind) && !afterTerms) return false;
        if (first.kind == CellKind::Location && second.kind == CellKind::Location) return false;
        if (first.kind == CellKind::Unknown || first.kind == CellKind::Prose) {
            if (!cutDash(left, out)) out.push_back(first);
        } else {
            out.push_back(first);
        }
        out.push_back(second);
        if (afterTerms && page_.words(right).size() <= 8 && !second.companyWords) out.back().kind = CellKind::Location;
        return true;
    }

    bool cutDash(Span field, std::vector<Cell>& out) const {
        return std::ranges::any_of(dashes(page_, field), [&](Span mark) { return cutAt(field, mark, out); });
    }

    // "$4000-5500, Remote"
    bool cutSalary(Span field, std::vector<Cell>& out) const {
        const auto at = page_.slice(field).rfind(", ");
        if (at == std::string_view::npos) return false;
        const auto comma = field.begin + static_cast<std::uint32_t>(at);
        const auto right = classify(page_, trimField(page_.text(), {comma + 2, field.end}));
        if (right.kind != CellKind::WorkMode && right.kind != CellKind::Location) return false;
        out.push_back(classify(page_, {field.begin, comma}));
        out.push_back(right);
        return true;
    }

    bool cutComma(Span field, std::vector<Cell>& out) const {
        const auto text = page_.slice(field);
        for (auto at = text.find(", "); at != std::string_view::npos; at = text.find(", ", at + 1)) {
            const auto comma = field.begin + static_cast<std::uint32_t>(at);
            if (cutAt(field, {comma, comma + 2}, out)) return true;
        }
        return false;
    }

    const Page& page_;
};

class FieldAssigner {
  public:
    FieldAssigner(const Page& page, const SenderProfile* sender, std::optional<std::chrono::sys_seconds> received, bool companyElsewhere)
        : page_(page), cutter_(page), sender_(sender), received_(received), companyElsewhere_(companyElsewhere) {}

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
    void splitCompanies(std::span<Draft> drafts) const;
    void placeByHeading(std::span<Draft> drafts) const;
    void learn(std::span<const Draft> drafts);
    void placeFields(Draft& draft) const;
    void joinTown(Draft& draft) const;
    std::optional<Span> placeByPosition(const Draft& draft) const;
    void splitCompanyOff(Draft& draft) const;
    std::optional<Span> bySlot(const Draft& draft, const Slot& slot, bool company) const;
    void cutRatings(std::span<Draft> drafts) const;
    Offer finish(const Draft& draft) const;
    bool noise(Span span) const;
    bool companyLike(const Cell& cell) const;
    bool nameLike(const Cell& cell) const;

    const Page& page_;
    LineCutter cutter_;
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
    return letters >= 2 && digits < letters && !text.contains('%');
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
    return std::ranges::all_of(words, [](const Word& w) { return w.capitalised || w.number || w.span.size() <= 3; }) && words.front().capitalised;
}

// "by Acme", "chez Acme", "в Акме": the connector says that a company follows, and is no part of it.
void FieldAssigner::dropConnector(Cell& cell) const {
    if (cell.kind != CellKind::Unknown && cell.kind != CellKind::Prose) return;
    const auto words = page_.words(cell.span);
    if (words.size() < 2) return;
    const auto hits = page_.hits(cell.span);
    const auto starts = [&](const Word& word, Topic topic) {
        return std::ranges::any_of(hits, [&](const Hit& h) { return h.topic == topic && h.words == 1 && page_.spanOf(h) == word.span; });
    };
    std::size_t skip = starts(words[0], Topic::PostedWord) && words.size() > 2 ? 1 : 0;
    if (!starts(words[skip], Topic::ConnectorCompany) || (!words[skip + 1].capitalised && !words[skip + 1].number)) return;
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
    for (auto cell : cutter_.cut(line, span)) {
        if (cell.kind == CellKind::Labelled) {
            readLabelled(draft, cell);
            continue;
        }
        dropConnector(cell);
        if (cell.kind == CellKind::Empty || cell.kind == CellKind::Action || cell.kind == CellKind::NonOffer || noise(cell.span)) continue;
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
                facts.location += placed.cell.kind == CellKind::Location || (placed.cell.kind == CellKind::WorkMode && placed.cell.remote);
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
        double company = share * (facts.unknown - 0.7 * facts.titles * (facts.legal == 0)) / cells + 0.25 * near + 0.2 * facts.legal / cells +
                         0.3 * facts.names / cells;
        if (facts.unknown == 0) company = 0;
        if (sender_ != nullptr && sender_->company != CompanyPlace::Unknown) {
            company += (sender_->company == CompanyPlace::BeforeTitle) == (slot.side < 0) ? 0.4 : -0.4;
        } else if (slot.side < 0) {
            company -= 0.15;
        }
        if (facts.location * 2 > facts.cells) company -= 0.5;
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
        const auto place = std::ranges::find_if(cells, [&](const PlacedCell& p) { return p.slot == slot && p.cell.kind == CellKind::Location; });
        if (place != cells.end()) return place->cell.span;
    }
    for (const auto& placed : cells) {
        if (placed.slot != slot) continue;
        const auto kind = placed.cell.kind;
        const bool fits = company ? companyLike(placed.cell) : kind == CellKind::Location || (kind == CellKind::WorkMode && placed.cell.remote);
        if (fits) return placed.cell.span;
        // What the place says counts more than the word: a firm may be called like a town, a town may be unknown.
        const auto& facts = slots_.at(slot);
        if (company && kind == CellKind::Location && facts.unknown > facts.location) return placed.cell.span;
        if (!company && kind == CellKind::Unknown && facts.location > facts.unknown) return placed.cell.span;
    }
    return std::nullopt;
}

// "Ocean Grove, Geelong VIC": what stands before the comma is the town, unless it is the company.
void FieldAssigner::joinTown(Draft& draft) const {
    for (const auto* side : {&draft.after, &draft.before}) {
        for (const auto& placed : *side) {
            const auto span = placed.cell.span;
            if (placed.cell.kind != CellKind::Unknown || (draft.company && *draft.company == span) || span.end > draft.location->begin) continue;
            if (page_.slice({span.end, draft.location->begin}) == ", " && !placed.cell.titleWords) draft.location->begin = span.begin;
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
            const bool name = next.cell.kind == CellKind::Unknown && !next.cell.titleWords && !next.cell.companyWords && !words.empty() && words.size() <= 4 &&
                              words.front().capitalised && characters(page_.slice(next.cell.span)) <= 40;
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
    const auto taken = [&](Span span) { return (draft.company && *draft.company == span) || (draft.location && *draft.location == span); };
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
    if (!draft.location) draft.location = anySide([](const PlacedCell& p) { return p.cell.kind == CellKind::Location; });
    if (!draft.company) {
        const auto near = [&](const PlacedCell& p) {
            return p.order <= 3 && companyLike(p.cell) && (!p.cell.titleWords || p.cell.companyWords);
        };
        draft.company = first(draft.after, near);
        if (!draft.company && (draft.before.size() <= 3 || companySlot_)) draft.company = first(draft.before, near);
    }
    if (draft.location) joinTown(draft);
    if (!draft.location) draft.location = anySide([](const PlacedCell& p) { return p.cell.kind == CellKind::WorkMode && p.cell.remote; });
    if (!draft.location && draft.company) draft.location = placeByPosition(draft);
    if (!draft.company && draft.location) splitCompanyOff(draft);
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

// Offers listed under the names of towns: a line between records that is a place is that of those below it.
void FieldAssigner::placeByHeading(std::span<Draft> drafts) const {
    if (drafts.size() < 2) return;
    const auto lines = page_.lines();
    std::optional<Span> heading;
    std::uint32_t at = drafts.front().record->titleLine;
    at = at > 6 ? at - 6 : 0;
    for (auto& draft : drafts) {
        for (; at < draft.record->titleLine; ++at) {
            if (lines[at].plain != lines[draft.record->titleLine].plain || lines[at].link != noIndex) continue;
            const auto kind = classify(page_, lines[at].span).kind;
            if (kind == CellKind::Location) heading = lines[at].span;
        }
        at = std::max(at, draft.record->last);
        if (!draft.location && heading) draft.location = heading;
    }
}

// "Acme, Somewhere" where most records have it so: one side is a town that the lexicon need not know.
void FieldAssigner::splitCompanies(std::span<Draft> drafts) const {
    struct Halves {
        Span left, right;
    };
    const auto halves = [&](const Draft& draft) -> std::optional<Halves> {
        if (!draft.company || draft.location) return std::nullopt;
        for (const std::string_view mark : {", ", " - ", " – "}) {
            const auto at = page_.slice(*draft.company).rfind(mark);
            if (at == std::string_view::npos) continue;
            const auto begin = draft.company->begin + static_cast<std::uint32_t>(at);
            return Halves{trimField(page_.text(), {draft.company->begin, begin}), trimField(page_.text(), {begin + static_cast<std::uint32_t>(mark.size()), draft.company->end})};
        }
        return std::nullopt;
    };
    std::size_t open = 0, split = 0, leftPlace = 0, rightPlace = 0;
    for (const auto& draft : drafts) {
        open += draft.company && !draft.location;
        const auto parts = halves(draft);
        if (!parts) continue;
        const auto left = classify(page_, parts->left), right = classify(page_, parts->right);
        if (right.companyWords && page_.words(parts->right).size() == 1) continue;  // "Acme, Inc"
        ++split;
        leftPlace += left.kind == CellKind::Location || right.companyWords;
        rightPlace += right.kind == CellKind::Location || left.companyWords;
    }
    if (split < 2 || split * 4 < open * 3) return;
    for (auto& draft : drafts) {
        const auto parts = halves(draft);
        if (!parts || parts->left.empty() || parts->right.empty()) continue;
        draft.company = leftPlace > rightPlace ? parts->right : parts->left;
        draft.location = leftPlace > rightPlace ? parts->left : parts->right;
    }
}

// "Acme 3.9": what readers gave the firm. A whole number may be part of a name unless others of the mail are rated.
void FieldAssigner::cutRatings(std::span<Draft> drafts) const {
    const auto rating = [&](const Draft& draft) -> std::optional<Span> {
        if (!draft.company) return std::nullopt;
        const auto words = page_.words(*draft.company);
        if (words.size() < 2 || !words.back().number || words.back().span.end != draft.company->end) return std::nullopt;
        const auto text = page_.slice(words.back().span);
        const bool one = text.size() == 1 && text[0] >= '1' && text[0] <= '5';
        const bool decimal = text.size() == 3 && text[0] >= '0' && text[0] <= '5' && (text[1] == '.' || text[1] == ',');
        return one || decimal ? std::optional(words.back().span) : std::nullopt;
    };
    const bool rated = std::ranges::any_of(drafts, [&](const Draft& d) {
        const auto found = rating(d);
        return found && found->size() == 3;
    });
    if (!rated) return;
    for (auto& draft : drafts) {
        if (const auto found = rating(draft)) draft.company = trimField(page_.text(), {draft.company->begin, found->begin});
    }
}

Proven<std::string> proven(const Page& page, Span span) { return {std::string(page.slice(span)), span}; }

Offer FieldAssigner::finish(const Draft& draft) const {
    const auto lines = page_.lines();
    const Span all{lines[draft.record->first].span.begin, std::max(lines[draft.record->last - 1].span.end, draft.title.end)};
    Offer offer{.title = proven(page_, draft.title)};
    offer.record = all;
    if (draft.company) offer.company = proven(page_, *draft.company);
    if (draft.location) {
        auto place = *draft.location;
        if (page_.slice(place).ends_with('.')) --place.end;
        // "in Huntsville, AL"
        const auto words = page_.words(place);
        const auto hits = page_.hits(place);
        const bool connector = words.size() > 1 && !words[0].capitalised && std::ranges::any_of(hits, [&](const Hit& h) {
            return h.topic == Topic::ConnectorLocation && h.words == 1 && page_.spanOf(h) == words[0].span;
        });
        if (connector) place.begin = words[1].span.begin;
        offer.location = proven(page_, place);
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
            if (prose && !offer.description && characters(page_.slice(span)) >= 40) offer.description = proven(page_, span);
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
    cutRatings(drafts);
    splitCompanies(drafts);
    placeByHeading(drafts);
    std::vector<TitleParts> titles;
    for (const auto& draft : drafts) {
        titles.push_back({.title = draft.labelledTitle.value_or(draft.title), .company = draft.company, .location = draft.location});
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
