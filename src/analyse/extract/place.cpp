#include "analyse/extract/cell.hpp"
#include "analyse/extract/coverage.hpp"
#include "text/find_any.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

constexpr std::size_t longestPlace = 14;  // words

bool upperCase(std::string_view form) {
    return std::ranges::all_of(form, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Whether some words are a place, by what the lexicon knows of each of them.
class PlaceJudge {
  public:
    PlaceJudge(const Page& page, Span span)
        : page_(page), span_(span), text_(page.slice(span)), c_(page, span), n_(c_.words.size()) {}

    bool isPlace() {
        if (n_ == 0 || n_ > longestPlace || !mayBePlace()) return false;
        if (c_.all(bit(Topic::WorkMode))) return false;  // a mode, not a place
        marks_ = dashes(page_, span_);
        if (!marks_.empty() && firmBeforeDash()) return false;
        countWords();
        titled_ = c_.has(Topic::TitleWord);
        if (titled_ && strong_ * 2 < n_) return false;
        firm_ = holdsLegalForm();
        if (firm_ && strong_ * 2 <= n_) return false;
        return knownAlone() || knownMostly() || townAndStreet() || townInRegion() || townAndState() || beforeRegion()
               || numberOfDepartment() || postalCode();
    }

  private:
    // Each rule below asks for a name that the lexicon has, or a number.
    bool mayBePlace() const {
        return c_.numbers() > 0 || std::ranges::any_of(c_.hits, [](const Hit& h) {
                   return (bit(h.topic) & (placeTopics | bit(Topic::RegionCode))) != 0;
               });
    }

    // "Acme - Kendal, Cumbria" is a firm and a place; "Remote - Germany", "Kansas City - MO" and "Paris - 75" are
    // places.
    bool firmBeforeDash() const {
        const Span left = trimField(page_.text(), {span_.begin, marks_.front().begin});
        const auto tail = page_.words({marks_.back().end, span_.end});
        const bool shortTail = tail.size() == 1 && (tail[0].number || tail[0].span.size() <= 3);
        return !shortTail && !Coverage(page_, left).all(bit(Topic::WorkMode) | bit(Topic::ConnectorLocation))
               && !analyse::isPlace(page_, left);
    }

    std::string_view form(std::size_t i) const { return page_.slice(c_.words[i].span); }
    std::string_view gapBefore(std::size_t i) const {
        return page_.slice({c_.words[i - 1].span.end, c_.words[i].span.begin});
    }
    bool topic(std::size_t i, std::uint64_t mask) const { return (c_.topics[i] & mask) != 0; }
    bool known(std::size_t i) const { return topic(i, placeTopics); }
    bool weaklyKnown(std::size_t i) const { return (c_.weak[i] & (placeTopics | bit(Topic::RegionCode))) != 0; }
    bool mode(std::size_t i) const { return topic(i, bit(Topic::WorkMode)); }

    // A code counts only in upper case, after a comma, a dash or an opening bracket.
    bool code(std::size_t i) const {
        const auto& word = c_.words[i];
        if ((c_.weak[i] & bit(Topic::RegionCode)) == 0 || !word.capitalised || word.span.size() > 3) return false;
        if (word.span.size() >= 2 && !upperCase(form(i).substr(1, 1))) return false;
        return i == 0 ? n_ == 1 : gapBefore(i).find_first_of(",-(") != std::string_view::npos;
    }

    void countWords() {
        for (std::size_t i = 0; i < n_; ++i) {
            const bool place = known(i) || code(i);
            const bool other = weaklyKnown(i) || c_.words[i].number;
            strong_ += place;
            covered_ += place || other || topic(i, bit(Topic::WorkMode) | bit(Topic::ConnectorLocation));
            allKnown_ = allKnown_ && (known(i) || other);
        }
    }

    // "AB" is a firm's form in Swedish and a province in Canada.
    bool holdsLegalForm() const {
        if (!c_.has(Topic::LegalForm)) return false;
        for (std::size_t i = 0; i < n_; ++i) {
            const bool afterPlace = i > 0 && known(i - 1) && c_.words[i].span.size() <= 3;
            if (topic(i, bit(Topic::LegalForm)) && !code(i) && !afterPlace) return true;
        }
        return false;
    }

    // Nothing but names that the lexicon has; an everyday word needs a stronger one beside it, or is the whole field.
    bool knownAlone() const {
        if (!allKnown_) return false;
        if (strong_ > 0) return true;
        return n_ <= 2 && !titled_ && c_.numbers() < n_
               && std::ranges::any_of(
                   c_.hits, [&](const Hit& h) { return h.weak && h.words == n_ && h.topic != Topic::RegionCode; });
    }

    bool knownMostly() const {
        return strong_ > 0 && (known(0) || weaklyKnown(0) || mode(0)) && covered_ * 2 >= n_
               && (n_ > 4 || !nameGoesOn());
    }

    // "Boston Dynamics": a name goes on where a place would end. A slot of places knows better (see FieldAssigner).
    bool nameGoesOn() const {
        for (std::size_t i = 1; i < n_; ++i) {
            const bool place = known(i) || weaklyKnown(i) || code(i) || mode(i) || c_.words[i].number
                               || topic(i, bit(Topic::ConnectorLocation));
            // "Adelaide SA": a code that the lexicon leaves to firms.
            const bool capitals = form(i).size() <= 3 && upperCase(form(i));
            if (!place && !capitals && c_.words[i].capitalised && gapBefore(i) == " ") return true;
        }
        return false;
    }

    // "Belgrade, street or station": a known town before the first comma.
    bool townAndStreet() const {
        const auto comma = text_.find(',');
        if (comma == std::string_view::npos || n_ > 8 || titled_) return false;
        const auto head = page_.words({span_.begin, span_.begin + static_cast<std::uint32_t>(comma)}).size();
        const bool town = std::ranges::any_of(c_.hits, [&](const Hit& h) {
            return !h.weak && h.topic == Topic::City && h.word == c_.firstWord && h.words == head;
        });
        return town && head < n_ && (!c_.words[head].capitalised || head + 1 == n_);
    }

    // "Ribadavia (Ourense)"
    bool townInRegion() const {
        const auto open = text_.find(" (");
        if (open == std::string_view::npos || !text_.ends_with(')') || !c_.words[0].capitalised || titled_ || firm_)
            return false;
        const auto inner = static_cast<std::uint32_t>(span_.begin + open + 2);
        const auto outer = page_.words({span_.begin, inner});
        return !outer.empty() && outer.size() <= 3 && analyse::isPlace(page_, {inner, span_.end - 1});
    }

    // "Mount Gambier VIC"
    bool townAndState() const {
        if (n_ < 2 || n_ > 4 || !marks_.empty() || firm_ || titled_ || c_.has(Topic::TitleHint)) return false;
        const auto state = form(n_ - 1);
        return state.size() >= 2 && state.size() <= 3 && upperCase(state)
               && (c_.weak[n_ - 1] & bit(Topic::RegionCode)) != 0 && std::ranges::all_of(c_.words, &Word::capitalised);
    }

    // "Somewhere, XX", "Somewhere, District, Country", "Somewhere - XX": what ends it speaks for an unknown town.
    bool beforeRegion() const {
        auto last = n_;
        while (last > 1 && (mode(last - 1) || c_.words[last - 1].number || text::holdsDigit(form(last - 1)))) --last;
        if (last < 2 || last > 8 || firm_ || titled_ || !c_.words[0].capitalised || c_.words[0].number) return false;
        const bool region = topic(last - 1, placeTopics & ~bit(Topic::City));
        const bool separated = marks_.empty()
                                   ? text_.contains(',')
                                   : marks_.size() == 1 && !text_.contains(',') && code(last - 1) && last <= 4;
        return separated && (region || code(last - 1)) && !prose(last);
    }

    // Names of towns are capitalised, but for short words within ("Frankfurt am Main").
    bool prose(std::size_t last) const {
        if (c_.has(Topic::NonOffer)) return true;
        for (std::size_t i = 0; i < last; ++i) {
            const auto& word = c_.words[i];
            if (!word.capitalised && !word.number && word.span.size() > 4
                && !topic(i, placeTopics | bit(Topic::WorkMode)))
                return true;
        }
        return false;
    }

    // "Somewhere (69)", "Somewhere - 92"
    bool numberOfDepartment() const {
        return n_ >= 2 && n_ <= 5 && c_.words[0].capitalised && c_.words[n_ - 1].number
               && c_.words[n_ - 1].span.size() <= 3 && c_.numbers() == 1
               && text_.ends_with(')') != text_.contains(" - ") && !titled_
               && gapBefore(n_ - 1).find_first_of("(-") != std::string_view::npos;
    }

    // "69003 Somewhere"
    bool postalCode() const {
        return n_ >= 2 && n_ <= 4 && c_.words[0].number && c_.words[0].span.size() >= 4 && c_.words[0].span.size() <= 6
               && c_.words[1].capitalised && !c_.has(Topic::SalaryPeriod) && !titled_ && c_.numbers() == 1
               && !text_.contains(':') && text_.find_first_of("$€£") == std::string_view::npos;
    }

    const Page& page_;
    Span span_;
    std::string_view text_;
    Coverage c_;
    std::size_t n_;
    std::vector<Span> marks_;               // of dashes
    std::size_t strong_ = 0, covered_ = 0;  // words
    bool allKnown_ = true, titled_ = false, firm_ = false;
};

}  // namespace

bool isPlace(const Page& page, Span span) { return PlaceJudge(page, span).isPlace(); }

}  // namespace nextjob::analyse
