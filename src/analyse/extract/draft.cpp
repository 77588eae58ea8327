#include "analyse/extract/draft.hpp"

#include "analyse/extract/line_cutter.hpp"

#include <algorithm>
#include <utility>

namespace nextjob::analyse {

namespace {

class DraftReader {
  public:
    DraftReader(const Page& page, const SenderProfile* sender) : page_(page), sender_(sender) {}

    Draft read(const Record& record) const;

  private:
    void addCells(Draft& draft, const Line& line, Span span, int side) const;
    void readLabelled(Draft& draft, const Cell& cell) const;
    void dropConnector(Cell& cell) const;
    bool noise(Span span) const;

    const Page& page_;
    const SenderProfile* sender_;
};

bool DraftReader::noise(Span span) const {
    if (sender_ == nullptr || sender_->noise.empty()) return false;
    const auto folded = foldCase(page_.slice(span));
    return std::ranges::find(sender_->noise, folded) != sender_->noise.end();
}

void DraftReader::readLabelled(Draft& draft, const Cell& cell) const {
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

// "by Acme", "chez Acme", "в Акме": the connector says that a company follows, and is no part of it.
void DraftReader::dropConnector(Cell& cell) const {
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

void DraftReader::addCells(Draft& draft, const Line& line, Span span, int side) const {
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

Draft DraftReader::read(const Record& record) const {
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

}  // namespace

bool companyLike(const Page& page, const Cell& cell) {
    if (cell.kind != CellKind::Unknown) return false;
    const auto text = page.slice(cell.span);
    const auto length = characters(text);
    if (length < 2 || length > 80 || text.contains("http") || (text.contains('@') && text.contains('.'))) return false;
    // Reference codes and shares ("R-104533", "0.1% – 0.3%") are no names.
    std::size_t letters = 0, digits = 0;
    for (const char c : text) {
        digits += c >= '0' && c <= '9';
        letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
    }
    // "2 years of experience" counts something.
    const auto words = page.words(cell.span);
    const bool counts = words.size() > 1 && words[0].number && !words[1].capitalised;
    return letters >= 2 && digits < letters && !text.contains('%') && !counts;
}

bool nameLike(const Page& page, const Cell& cell) {
    const auto words = page.words(cell.span);
    if (words.empty() || words.size() > 5 || cell.kind != CellKind::Unknown) return false;
    return std::ranges::all_of(words, [](const Word& w) { return w.capitalised || w.number || w.span.size() <= 3; })
           && words.front().capitalised;
}

Draft readDraft(const Page& page, const Record& record, const SenderProfile* sender) {
    return DraftReader(page, sender).read(record);
}

}  // namespace nextjob::analyse
