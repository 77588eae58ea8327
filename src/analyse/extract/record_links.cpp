#include "analyse/extract/record_links.hpp"

#include "analyse/extract/cell.hpp"

namespace nextjob::analyse {

namespace {

constexpr int sureRank = 5;  // no other link of the record is asked

class LinkAttacher {
  public:
    LinkAttacher(const Page& page, bool relaxed, Record& record)
        : page_(page), links_(page.links()), relaxed_(relaxed), record_(record) {
        record_.link = noIndex;
    }

    void attach(Section section) {
        for (auto l = record_.first; l < record_.last; ++l) offerLine(line(l));
        if (best_ < sureRank && section == Section::Html && record_.first < record_.last) offerAround();
    }

  private:
    const Line& line(std::uint32_t index) const { return page_.lines()[index]; }

    int rank(std::uint32_t index) const {
        const bool ofTitle = index == line(record_.titleLine).link;
        switch (links_[index].kind) {
            case LinkClass::Job: return ofTitle ? 7 : 6;
            case LinkClass::Opaque: return ofTitle ? 5 : 3;
            case LinkClass::Company: return 1;
            case LinkClass::Other: return relaxed_ ? 2 : -1;
        }
        return -1;
    }

    void offer(std::uint32_t index, bool button) {
        if (index == noIndex) return;
        const auto value = rank(index) + (button && links_[index].kind == LinkClass::Opaque ? 1 : 0);
        if (value <= best_) return;
        best_ = value;
        record_.link = index;
    }

    void offerLine(const Line& l) {
        if (l.link == noIndex) return;
        offer(l.link, !l.span.empty() && classify(page_, l.span).kind == CellKind::Action);
        // In plain text a bare address below a title is the title's, whatever it looks like.
        if (best_ == 0 && l.plain && l.urlOnly && l.block == line(record_.titleLine).block) {
            best_ = 1;
            record_.link = l.link;
        }
    }

    // Anchors around images or whole cards carry no words of their own line.
    void offerAround() {
        const auto& nodes = page_.document().nodes;
        const auto nodeOf = [&](std::uint32_t index, std::uint32_t more) {
            const auto pieces = page_.pieces(line(index));
            return pieces.empty() ? 0 : pieces.front().node + more;
        };
        const auto begin = nodeOf(record_.first, 0), end = nodeOf(record_.last - 1, 1);
        for (std::uint32_t i = 0; i < links_.size(); ++i) {
            const auto node = links_[i].node;
            const bool inside = node >= begin && node < end;
            const bool around = node != 0 && node < begin && nodes[node].end >= end;
            if (inside || around) offer(i, false);
        }
    }

    const Page& page_;
    std::span<const Link> links_;
    bool relaxed_;
    Record& record_;
    int best_ = 0;
};

}  // namespace

void attachLinks(const Page& page, Section section, bool relaxed, std::span<Record> records) {
    for (auto& record : records) LinkAttacher(page, relaxed, record).attach(section);
}

}  // namespace nextjob::analyse
