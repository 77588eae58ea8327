#include "analyse/extract/record.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/record_layout.hpp"
#include "analyse/extract/record_links.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace nextjob::analyse {

namespace {

constexpr std::size_t maxRecords = 1000;
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
        : page_(page),
          section_(section),
          layout_(page, section, sender),
          begin_(layout_.begin()),
          end_(layout_.end()) {}

    std::vector<Record> find();

  private:
    void score();
    void chooseTitles();
    bool leadElsewhere(std::uint32_t a, std::uint32_t b) const;
    Span titleSpan(const Line& line) const;
    Span withoutBadges(const Line& line) const;
    double linkBonus(const Line& line) const;
    double blockBonus(const Line& line) const;
    int linesBeside(const Line& line) const;
    bool isLinkList(const Line& line) const;
    const Line& line(std::uint32_t index) const { return page_.lines()[index]; }

    const Page& page_;
    Section section_;
    RecordLayout layout_;
    std::uint32_t begin_, end_;  // lines
    bool relaxed_ = false;       // links that look like lists may lead to offers
    std::vector<Candidate> candidates_;
    std::vector<Record> records_;  // ordered by title line
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
                if (c->line < r.first || c->line >= r.last) return false;
                const bool another = leadElsewhere(r.titleLine, c->line) && titleScore(page_, c->title) >= 0.5;
                return !another;
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
        layout_.layOut(records_);
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
    attachLinks(page_, section_, relaxed_, records_);
    return std::move(records_);
}

}  // namespace

std::vector<Record> findRecords(const Page& page, Section section, const SenderProfile* sender) {
    return RecordFinder(page, section, sender).find();
}

}  // namespace nextjob::analyse
