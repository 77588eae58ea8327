#include "analyse/extract/record_layout.hpp"

#include "analyse/extract/cell.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

constexpr std::uint32_t longestRecord = 30;  // lines
constexpr std::uint32_t mostLeading = 4;     // lines above a title

}  // namespace

RecordLayout::RecordLayout(const Page& page, Section section, const SenderProfile* sender)
    : page_(page), section_(section), sender_(sender) {
    const auto lines = page.lines();
    const auto firstPlain = static_cast<std::uint32_t>(std::ranges::find(lines, true, &Line::plain) - lines.begin());
    const bool plain = section == Section::Plain;
    begin_ = plain ? firstPlain : 0;
    end_ = plain ? static_cast<std::uint32_t>(lines.size()) : firstPlain;
    stops_.resize(lines.size(), Stop::Unknown);
}

// Lines at which a record ends: rules, "see all jobs", what the footer says.
bool RecordLayout::stops(std::uint32_t index) {
    auto& known = stops_[index];
    if (known == Stop::Unknown) {
        const auto& l = line(index);
        const bool stop = l.separator || (!l.urlOnly && !l.span.empty() && endsRecord(page_, l.span));
        known = stop ? Stop::Yes : Stop::No;
    }
    return known == Stop::Yes;
}

std::uint32_t RecordLayout::lineAtNode(std::uint32_t node) const {
    const auto lines = page_.lines().subspan(begin_, end_ - begin_);
    const auto at = std::ranges::partition_point(
        lines, [&](const Line& l) { return (l.pieceCount > 0 ? page_.pieces(l).front().node : l.node) < node; });
    return begin_ + static_cast<std::uint32_t>(at - lines.begin());
}

// The largest element around the title that holds no other title and no line that ends records.
std::uint32_t RecordLayout::container(std::span<const Record> records, std::size_t index) const {
    const auto& nodes = page_.document().nodes;
    const auto titleNode = line(records[index].titleLine).node;
    const auto previous = index > 0 ? records[index - 1].titleLine : noIndex;
    const auto next = index + 1 < records.size() ? records[index + 1].titleLine : noIndex;
    auto best = titleNode;
    for (auto up = titleNode; up != 0; up = nodes[up].parent) {
        const auto holds = [&](std::uint32_t other) {
            if (other == noIndex) return false;
            const auto piece = page_.pieces(line(other)).front().node;
            return up <= piece && piece < nodes[up].end;
        };
        if (holds(previous) || holds(next)) break;
        best = up;
    }
    return best;
}

// Grows a record from its title's own element towards the limit while what is added belongs to one job.
void RecordLayout::growTo(Record& record, std::uint32_t limit) {
    const auto& nodes = page_.document().nodes;
    record.first = record.titleLine;
    record.last = record.titleLine + 1;
    for (auto up = line(record.titleLine).node;; up = nodes[up].parent) {
        const auto first = std::min(lineAtNode(up), record.titleLine);
        const auto last = std::max(lineAtNode(nodes[up].end), record.titleLine + 1);
        if (last - first > longestRecord) return;
        for (auto l = first; l < last; ++l) {
            if ((l < record.first || l >= record.last) && stops(l)) return;
        }
        record.first = first;
        record.last = last;
        if (up == limit || up == 0) return;
    }
}

void RecordLayout::layOut(std::span<Record> records) {
    if (section_ == Section::Plain) {
        for (std::size_t i = 0; i < records.size(); ++i) blockRange(records, i);
        return;
    }
    for (std::size_t i = 0; i < records.size(); ++i) growTo(records[i], container(records, i));
    extendFlat(records);
}

// How many lines above a title belong to it in a flat layout: those that look alike before most records.
std::uint32_t RecordLayout::leadingLines(std::span<const Record> records) {
    if (records.size() < 2) return 0;
    const auto style = [&](std::uint32_t index) { return line(index).style; };
    const auto first = records.front().first;
    std::uint32_t lead = 0;
    for (std::uint32_t k = 1; k <= mostLeading && first >= begin_ + k && !stops(first - k); ++k) {
        std::size_t alike = 0, gaps = 0;
        for (std::size_t i = 1; i < records.size(); ++i) {
            if (records[i].first < records[i - 1].last + k) continue;
            ++gaps;
            alike += style(records[i].first - k) == style(first - k);
        }
        if (gaps == 0 || alike * 2 <= gaps || gaps * 2 < records.size() - 1) break;
        lead = k;
    }
    // What follows the last record may look like the gap, too: then nothing leads.
    const auto last = records.back().last, gap = records.front().last;
    const bool follows = last < end_ && gap < records[1].first && style(last) == style(gap) && !stops(last)
                         && records[1].first - gap == lead;
    return follows && (sender_ == nullptr || sender_->company != CompanyPlace::BeforeTitle) ? 0 : lead;
}

// Flat layouts: the lines between two records belong to the one before or after, by what stands before the first
// and after the last record.
void RecordLayout::extendFlat(std::span<Record> records) {
    if (records.empty()) return;
    const auto lead = leadingLines(records);
    std::uint32_t widest = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        auto& record = records[i];
        const auto floor = i == 0 ? begin_ : records[i - 1].last;
        for (std::uint32_t k = 0; k < lead && record.first > floor && !stops(record.first - 1); ++k) --record.first;
        if (i == 0) continue;
        auto& previous = records[i - 1];
        while (previous.last < record.first && !stops(previous.last) && previous.last - previous.first < longestRecord)
            ++previous.last;
        widest = std::max(widest, previous.last - previous.titleLine);
    }
    auto& last = records.back();
    const auto reach = records.size() == 1 ? last.titleLine + 8 : last.titleLine + widest;
    while (last.last < std::min(reach, end_) && !stops(last.last)) ++last.last;
}

// Plain text: a record is its paragraph, or what lies between two rules, up to the next title.
void RecordLayout::blockRange(std::span<Record> records, std::size_t index) {
    auto& record = records[index];
    const auto floor = index == 0 ? begin_ : records[index - 1].titleLine + 1;
    const auto ceiling = index + 1 < records.size() ? records[index + 1].titleLine : end_;
    record.first = record.titleLine;
    const auto sameBlock = [&](std::uint32_t other) { return line(other).block == line(record.titleLine).block; };
    // Lines of the paragraph above the title are its own only when no other title stands there.
    const bool shared = index > 0 && sameBlock(records[index - 1].titleLine);
    while (!shared && record.first > floor && sameBlock(record.first - 1) && !stops(record.first - 1)) --record.first;
    const auto sameRow = [&](std::uint32_t a, std::uint32_t b) { return line(a).row == line(b).row; };
    while (record.first > floor && sameRow(record.first - 1, record.titleLine)) --record.first;
    record.last = record.titleLine + 1;
    while (record.last < ceiling && record.last - record.first < longestRecord && !stops(record.last)) {
        if (ceiling < end_ && sameRow(record.last, ceiling)) break;
        // The next title's paragraph begins above its title.
        if (ceiling < end_ && line(record.last).block == line(ceiling).block
            && line(ceiling).block != line(record.titleLine).block)
            break;
        ++record.last;
    }
    // Rules between the records say where each ends.
    const auto rule = [&] {
        auto l = record.titleLine + 1;
        while (l < ceiling && l - record.titleLine < longestRecord && !line(l).separator) ++l;
        return l < ceiling && line(l).separator;
    }();
    if (rule && (records.size() > 1 || index > 0)) return;
    // A record takes no more paragraphs than it needs: its own, and what follows up to its link.
    auto end = record.titleLine + 1;
    while (end < record.last && sameBlock(end)) ++end;
    bool linked = false;
    for (auto l = record.first; l < end; ++l) linked = linked || line(l).link != noIndex;
    for (auto l = end; l < record.last && !linked; ++l) {
        if (line(l).link == noIndex) continue;
        linked = true;
        end = l + 1;
    }
    record.last = end;
}

}  // namespace nextjob::analyse
