#include "analyse/extract/record.hpp"

#include "analyse/extract/cell.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace nextjob::analyse {

namespace {

constexpr std::size_t maxRecords = 1000;
constexpr std::uint32_t longestRecord = 30;       // lines
constexpr std::uint32_t longestTitleLine = 2000;  // bytes; what is longer is text, or meant to cost time

// A line that may be a title.
struct Candidate {
    std::uint32_t line = 0;
    Span title;
    double own = 0;    // by its words and its link
    double score = 0;  // with what the lines that look alike say
};

class RecordFinder {
  public:
    RecordFinder(const Page& page, Section section, const SenderProfile* sender)
        : page_(page), section_(section), sender_(sender) {
        const auto lines = page.lines();
        const bool plain = section == Section::Plain;
        const auto at = std::ranges::find(lines, true, &Line::plain);
        const auto split = static_cast<std::uint32_t>(at - lines.begin());
        begin_ = plain ? split : 0;
        end_ = plain ? static_cast<std::uint32_t>(lines.size()) : split;
        stops_.resize(lines.size(), Stop::Unknown);
    }

    std::vector<Record> find();

  private:
    enum class Stop : std::uint8_t { Unknown, No, Yes };

    void score();
    void chooseTitles();
    bool leadElsewhere(std::uint32_t a, std::uint32_t b) const;
    void layOut();
    void extendFlat();
    void attachLinks();
    bool stops(std::uint32_t line);
    Span titleSpan(const Line& line) const;
    Span withoutBadges(const Line& line) const;
    double linkBonus(const Line& line) const;
    double blockBonus(const Line& line) const;
    int linesBeside(const Line& line) const;
    bool isLinkList(const Line& line) const;
    std::uint32_t container(std::size_t title) const;
    std::uint32_t lineAtNode(std::uint32_t node) const;
    void blockRange(Record& record, std::size_t index);
    const Line& line(std::uint32_t index) const { return page_.lines()[index]; }

    const Page& page_;
    Section section_;
    const SenderProfile* sender_;
    std::uint32_t begin_ = 0, end_ = 0;
    bool relaxed_ = false;  // links that look like lists may lead to offers
    std::vector<Candidate> candidates_;
    std::vector<Record> records_;  // ordered by title line
    std::vector<Stop> stops_;
};

// The line without the elements at its end that are no title: "New", "4.1 ★", "2d".
Span RecordFinder::withoutBadges(const Line& line) const {
    auto span = line.span;
    const auto pieces = page_.pieces(line);
    for (auto left = pieces.size(); left > 1; --left) {
        const auto& piece = pieces[left - 1];
        if (piece.span.empty() || piece.span.end > span.end) continue;
        const auto kind = classify(page_, piece.span).kind;
        if (kind == CellKind::Unknown || kind == CellKind::Location || kind == CellKind::Prose
            || kind == CellKind::Labelled)
            break;
        const auto cut = trimField(page_.text(), {span.begin, piece.span.begin});
        if (cut.empty()) break;
        span = cut;
    }
    return span;
}

// The part of a line that could be the title: what is linked or bold when the rest is not, else its first field.
Span RecordFinder::titleSpan(const Line& line) const {
    if (line.link != noIndex && line.pieceCount > 1) {
        const auto anchor = page_.links()[line.link].text;
        const Span linked =
            trimField(page_.text(), {std::max(anchor.begin, line.span.begin), std::min(anchor.end, line.span.end)});
        if (linked.begin < linked.end && linked.size() < line.span.size()) return linked;
    }
    if (const auto trimmed = withoutBadges(line); trimmed != line.span) return trimmed;
    if (line.link != noIndex && page_.links()[line.link].text.contains(line.span)) return line.span;
    const auto fields = splitFields(page_, line.span);
    if (fields.size() < 2) return line.span;
    // "Nurse | Nights" above lines of its own is a title with a bar in it; alone it is a record in one line.
    if (line.plain && page_.slice(line.span).contains('|')
        && page_.slice(line.span).find("  ") == std::string_view::npos && linesBeside(line) >= 2)
        return line.span;
    return *std::ranges::max_element(fields, {}, [&](Span field) { return titleScore(page_, field); });
}

// The other lines of a paragraph that hold words.
int RecordFinder::linesBeside(const Line& line) const {
    const auto lines = page_.lines();
    int count = 0;
    for (auto next = static_cast<std::size_t>(&line - lines.data()) + 1; next < end_ && lines[next].block == line.block;
         ++next)
        count += !lines[next].urlOnly && lines[next].link == noIndex;
    return count;
}

// In plain text the first line of a paragraph that ends in a link to an offer is its title, known words or not.
double RecordFinder::blockBonus(const Line& line) const {
    if (line.indexInBlock > 1) return 0;
    const auto lines = page_.lines();
    int jobs = 0, opaque = 0;
    for (auto next = static_cast<std::size_t>(&line - lines.data()) + 1; next < end_ && lines[next].block == line.block;
         ++next) {
        const auto* link = page_.linkOf(lines[next]);
        jobs += link != nullptr && link->kind == LinkClass::Job;
        opaque += link != nullptr && link->kind == LinkClass::Opaque;
    }
    if (jobs + opaque != 1) return 0;
    const double sure = jobs == 1 ? 0.4 : 0.15;
    return line.indexInBlock == 0 ? sure : sure / 4;
}

double RecordFinder::linkBonus(const Line& line) const {
    const auto* link = page_.linkOf(line);
    if (link == nullptr) return line.plain ? blockBonus(line) : -0.05;
    switch (link->kind) {
        case LinkClass::Job: return 0.35;
        case LinkClass::Opaque: return 0.15;
        case LinkClass::Company: return -0.4;
        case LinkClass::Other: return relaxed_ ? 0 : -0.8;
    }
    return 0;
}

// Lines at which a record ends: rules, "see all jobs", what the footer says.
bool RecordFinder::stops(std::uint32_t index) {
    auto& known = stops_[index];
    if (known == Stop::Unknown) {
        const auto& l = line(index);
        const bool stop = l.separator || (!l.urlOnly && !l.span.empty() && endsRecord(page_, l.span));
        known = stop ? Stop::Yes : Stop::No;
    }
    return known == Stop::Yes;
}

// "nurse · driver · cook": links to searches, side by side.
bool RecordFinder::isLinkList(const Line& line) const {
    if (line.plain || line.link == noIndex || line.pieceCount < 3) return false;
    const auto links = page_.links();
    const auto within = std::ranges::count_if(links, [&](const Link& link) {
        return !link.text.empty() && line.span.contains(link.text) && link.text != line.span;
    });
    return within >= 3;
}

void RecordFinder::score() {
    for (auto i = begin_; i < end_; ++i) {
        const auto& l = line(i);
        if (l.separator || l.urlOnly || l.span.empty() || l.span.size() > longestTitleLine) continue;
        if (isLinkList(l)) continue;
        auto title = titleSpan(l);
        double labelled = 0;
        const auto cell = mayBeLabelled(page_, l.span) ? classify(page_, l.span) : Cell{};
        if (cell.kind == CellKind::Labelled) {
            if (cell.label != LabelField::Title || cell.value.begin >= cell.value.end) continue;
            title = cell.value;
            labelled = 0.3;
        }
        const double words = titleScore(page_, title);
        if (words <= -1) continue;
        candidates_.push_back({.line = i, .title = title, .own = words + labelled + linkBonus(l) + 0.08 * l.emphasis});
    }
    struct Group {
        double sum = 0;
        int size = 0;
    };
    std::unordered_map<std::uint64_t, Group> groups;
    for (const auto& c : candidates_) {
        auto& group = groups[line(c.line).style];
        group.sum += std::clamp(c.own, -0.5, 1.0);
        ++group.size;
    }
    for (auto& c : candidates_) {
        const auto& group = groups[line(c.line).style];
        c.score = group.size == 1 ? c.own : 0.5 * c.own + 0.5 * group.sum / group.size;
    }
}

// Two lines with links to two offers are two offers, wherever they stand.
bool RecordFinder::leadElsewhere(std::uint32_t a, std::uint32_t b) const {
    const auto *first = page_.linkOf(line(a)), *second = page_.linkOf(line(b));
    return first != nullptr && second != nullptr && first->kind == LinkClass::Job && second->kind == LinkClass::Job
           && page_.keyOf(*first) != page_.keyOf(*second);
}

// Takes the most title-like groups first; a candidate inside a record that a better title already has is part of it.
void RecordFinder::chooseTitles() {
    std::map<std::uint64_t, std::vector<const Candidate*>> groups;
    for (const auto& c : candidates_) {
        if (c.score >= 0.35) groups[line(c.line).style].push_back(&c);
    }
    struct Ranked {
        double score;
        std::vector<const Candidate*> members;
    };
    std::vector<Ranked> ranked;
    for (auto& [style, members] : groups) {
        double sum = 0;
        for (const auto* c : members) sum += c->score;
        const auto n = static_cast<double>(members.size());
        ranked.push_back({sum / n + 0.3 * (1 - 1 / n), std::move(members)});
    }
    std::ranges::stable_sort(ranked, std::greater{}, &Ranked::score);
    for (const auto& group : ranked) {
        const auto before = records_;
        for (const auto* c : group.members) {
            if (records_.size() >= maxRecords) break;
            const bool taken = std::ranges::any_of(before, [&](const Record& r) {
                return r.first <= c->line && c->line < r.last
                       && !(leadElsewhere(r.titleLine, c->line) && titleScore(page_, c->title) >= 0.5);
            });
            if (taken) continue;
            records_.push_back({.title = c->title,
                                .titleLine = c->line,
                                .first = c->line,
                                .last = c->line + 1,
                                .confidence = c->score});
        }
        if (records_.size() == before.size()) continue;
        std::ranges::sort(records_, {}, &Record::titleLine);
        layOut();
    }
}

std::uint32_t RecordFinder::lineAtNode(std::uint32_t node) const {
    const auto lines = page_.lines().subspan(begin_, end_ - begin_);
    const auto at = std::ranges::partition_point(
        lines, [&](const Line& l) { return (l.pieceCount > 0 ? page_.pieces(l).front().node : l.node) < node; });
    return begin_ + static_cast<std::uint32_t>(at - lines.begin());
}

// The largest element around the title that holds no other title and no line that ends records.
std::uint32_t RecordFinder::container(std::size_t index) const {
    const auto& nodes = page_.document().nodes;
    const auto titleNode = line(records_[index].titleLine).node;
    const auto previous = index > 0 ? records_[index - 1].titleLine : noIndex;
    const auto next = index + 1 < records_.size() ? records_[index + 1].titleLine : noIndex;
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

void RecordFinder::layOut() {
    if (section_ == Section::Plain) {
        for (std::size_t i = 0; i < records_.size(); ++i) blockRange(records_[i], i);
        return;
    }
    const auto& nodes = page_.document().nodes;
    for (std::size_t i = 0; i < records_.size(); ++i) {
        auto& record = records_[i];
        const auto limit = container(i);
        // Grow from the title's own element towards the limit while what is added belongs to one job.
        record.first = record.titleLine;
        record.last = record.titleLine + 1;
        for (auto up = line(record.titleLine).node;; up = nodes[up].parent) {
            const auto first = std::min(lineAtNode(up), record.titleLine);
            const auto last = std::max(lineAtNode(nodes[up].end), record.titleLine + 1);
            if (last - first > longestRecord) break;
            bool clean = true;
            for (auto l = first; l < last && clean; ++l) {
                if (l < record.first || l >= record.last) clean = !stops(l);
            }
            if (!clean) break;
            record.first = first;
            record.last = last;
            if (up == limit || up == 0) break;
        }
    }
    extendFlat();
}

// Flat layouts: the lines between two records belong to the one before or after, by what stands before the first
// and after the last record.
void RecordFinder::extendFlat() {
    if (records_.empty()) return;
    const auto style = [&](std::uint32_t index) { return line(index).style; };
    std::uint32_t lead = 0;
    std::uint32_t widest = 0;
    if (records_.size() > 1) {
        const auto first = records_.front().first;
        for (std::uint32_t k = 1; k <= 4 && first >= begin_ + k && !stops(first - k); ++k) {
            std::size_t alike = 0, gaps = 0;
            for (std::size_t i = 1; i < records_.size(); ++i) {
                if (records_[i].first < records_[i - 1].last + k) continue;
                ++gaps;
                alike += style(records_[i].first - k) == style(first - k);
            }
            if (gaps == 0 || alike * 2 <= gaps || gaps * 2 < records_.size() - 1) break;
            lead = k;
        }
        if (lead > 0) {
            // What follows the last record may look like the gap, too: then nothing leads.
            const auto last = records_.back().last;
            const auto gap = records_[0].last;
            if (last < end_ && gap < records_[1].first && style(last) == style(gap) && !stops(last)
                && records_[1].first - gap == lead
                && (sender_ == nullptr || sender_->company != CompanyPlace::BeforeTitle)) {
                lead = 0;
            }
        }
    }
    for (std::size_t i = 0; i < records_.size(); ++i) {
        auto& record = records_[i];
        const auto floor = i == 0 ? begin_ : records_[i - 1].last;
        for (std::uint32_t k = 0; k < lead && record.first > floor && !stops(record.first - 1); ++k) --record.first;
        if (i == 0) continue;
        auto& previous = records_[i - 1];
        while (previous.last < record.first && !stops(previous.last) && previous.last - previous.first < longestRecord)
            ++previous.last;
        widest = std::max(widest, previous.last - previous.titleLine);
    }
    auto& last = records_.back();
    const auto reach = records_.size() == 1 ? last.titleLine + 8 : last.titleLine + widest;
    while (last.last < std::min(reach, end_) && !stops(last.last)) ++last.last;
}

// Plain text: a record is its paragraph, or what lies between two rules, up to the next title.
void RecordFinder::blockRange(Record& record, std::size_t index) {
    const auto floor = index == 0 ? begin_ : records_[index - 1].titleLine + 1;
    const auto ceiling = index + 1 < records_.size() ? records_[index + 1].titleLine : end_;
    record.first = record.titleLine;
    const auto sameBlock = [&](std::uint32_t other) { return line(other).block == line(record.titleLine).block; };
    // Lines of the paragraph above the title are its own only when no other title stands there.
    const bool shared = index > 0 && sameBlock(records_[index - 1].titleLine);
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
    if (rule && (records_.size() > 1 || index > 0)) return;
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

void RecordFinder::attachLinks() {
    const auto links = page_.links();
    const auto rank = [&](std::uint32_t index, bool ofTitle) {
        if (index == noIndex) return -1;
        switch (links[index].kind) {
            case LinkClass::Job: return ofTitle ? 7 : 6;
            case LinkClass::Opaque: return ofTitle ? 5 : 3;
            case LinkClass::Company: return 1;
            case LinkClass::Other: return relaxed_ ? 2 : -1;
        }
        return -1;
    };
    const auto& nodes = page_.document().nodes;
    for (auto& record : records_) {
        record.link = noIndex;
        int best = 0;
        const auto offer = [&](std::uint32_t index, int bonus) {
            const auto value = rank(index, index == line(record.titleLine).link)
                               + (bonus != 0 && index != noIndex && links[index].kind == LinkClass::Opaque ? bonus : 0);
            if (value > best) {
                best = value;
                record.link = index;
            }
        };
        for (auto l = record.first; l < record.last; ++l) {
            const bool action = !line(l).span.empty() && classify(page_, line(l).span).kind == CellKind::Action;
            offer(line(l).link, action ? 1 : 0);
            // In plain text a bare address below a title is the title's, whatever it looks like.
            if (best == 0 && line(l).plain && line(l).urlOnly && line(l).block == line(record.titleLine).block) {
                best = 1;
                record.link = line(l).link;
            }
        }
        if (best >= 5 || section_ == Section::Plain || record.first >= record.last) continue;
        // Anchors around images or whole cards carry no words of their own line.
        const auto begin = page_.pieces(line(record.first)).empty() ? 0 : page_.pieces(line(record.first)).front().node;
        const auto end =
            page_.pieces(line(record.last - 1)).empty() ? 0 : page_.pieces(line(record.last - 1)).front().node + 1;
        for (std::uint32_t i = 0; i < links.size(); ++i) {
            const bool inside = links[i].node >= begin && links[i].node < end;
            const bool around = links[i].node != 0 && links[i].node < begin && nodes[links[i].node].end >= end;
            if (inside || around) offer(i, 0);
        }
    }
}

std::vector<Record> RecordFinder::find() {
    score();
    chooseTitles();
    if (records_.empty()) {
        // A sender may lead to its offers through addresses that elsewhere are lists or searches.
        relaxed_ = true;
        candidates_.clear();
        score();
        chooseTitles();
    }
    attachLinks();
    return std::move(records_);
}

}  // namespace

std::vector<Record> findRecords(const Page& page, Section section, const SenderProfile* sender) {
    return RecordFinder(page, section, sender).find();
}

}  // namespace nextjob::analyse
