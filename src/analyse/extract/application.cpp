#include "analyse/extract/application.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/company_name.hpp"
#include "analyse/extract/labels.hpp"
#include "analyse/extract/prose.hpp"

namespace nextjob::analyse {

namespace {

// Matches one of the lexicon's sentences from a word on.
class AboutMatcher {
  public:
    AboutMatcher(const Page& page, const Prose& prose) : page_(page), prose_(prose) {}

    bool match(const AboutPattern& pattern, std::size_t at) {
        title_.reset();
        company_.reset();
        return step(pattern, 0, at);
    }
    std::optional<Span> title() const { return title_; }
    std::optional<Span> company() const { return company_; }

  private:
    using Kind = AboutPattern::Part::Kind;

    bool step(const AboutPattern& pattern, std::size_t part, std::size_t at) {
        if (part == pattern.parts.size()) return true;
        const auto& p = pattern.parts[part];
        if (p.kind == Kind::Word) {
            return at < prose_.size() && prose_.fold(at) == p.word && step(pattern, part + 1, at + 1);
        }
        if (p.kind == Kind::Gap) {
            for (std::size_t skip = 0; skip <= 8 && at + skip < prose_.size(); ++skip) {
                if (step(pattern, part + 1, at + skip)) return true;
            }
            return false;
        }
        const bool last = part + 1 == pattern.parts.size();
        const auto longest = p.kind == Kind::Title ? longestTitle + 2 : longestCompany;
        for (std::size_t size = 1; size <= longest && at + size <= prose_.size(); ++size) {
            const bool ends = endsField(at + size - 1, p.kind);
            if (last ? ends || size == longest : step(pattern, part + 1, at + size)) {
                const auto span = prose_.span(at, at + size - 1);
                if (last && !ends) return false;
                return accept(p.kind, span, at);
            }
            if (breaks(at + size - 1)) return false;
        }
        return false;
    }

    // A field does not run over the end of a sentence or line; a comma may be part of a title.
    bool breaks(std::size_t i) const {
        return prose_.gap(i).find_first_of("\n!?;") != std::string_view::npos || prose_.gap(i).starts_with(". ");
    }
    bool endsField(std::size_t i, Kind kind) const {
        if (breaks(i) || prose_.gap(i).find_first_of(".:(|") != std::string_view::npos || prose_.gap(i).contains(" - "))
            return true;
        if (kind == Kind::Company && (prose_.gap(i).contains(',') || nameEnds(i + 1))) return true;
        return i + 1 < prose_.size() && !prose_.word(i + 1).capitalised && prose_.is(i + 1, Topic::SentenceWord);
    }

    // A name goes on with capitals, a legal form or a short word ("Bank of America").
    bool nameEnds(std::size_t next) const {
        constexpr std::uint32_t longestJoint = 4;  // bytes
        return next < prose_.size() && !prose_.word(next).capitalised && !prose_.word(next).number
               && prose_.word(next).span.size() > longestJoint && !prose_.is(next, Topic::LegalForm);
    }

    bool accept(Kind kind, Span span, std::size_t at) {
        if (kind == Kind::Title) {
            if (titleScore(page_, span) < 0.15) return false;
            title_ = span;
        } else {
            if (!prose_.word(at).capitalised) return false;
            company_ = span;
        }
        return true;
    }

    const Page& page_;
    const Prose& prose_;
    std::optional<Span> title_, company_;
};

}  // namespace

ApplicationSubject readSubject(const Page& page, const mail::Message& message, bool byBoard) {
    const Prose prose(page);
    AboutMatcher matcher(page, prose);
    std::optional<Span> title, company;
    for (std::size_t at = 0; at < prose.size() && !(title && company); ++at) {
        if (prose.inFrom(at)) continue;
        for (const auto& pattern : page.aboutPatterns(prose.fold(at))) {
            if (!matcher.match(pattern, at)) continue;
            if (!title) title = matcher.title();
            if (!company) company = matcher.company();
            break;
        }
    }
    const auto labelled = readLabels(page);
    if (!title) title = labelled.title;
    if (!company) company = labelled.company;
    std::size_t after = 0;
    if (!title) {
        if (const auto run = findTitle(prose)) {
            title = prose.span(run->first, run->last);
            after = run->last;
        }
    }
    if (!company) company = findCompany(page, prose, after, std::nullopt);
    ApplicationSubject about;
    if (title) about.title = page.proven(wholeTitle(page, *title));
    if (company) about.company = page.proven(wholeCompany(page, *company));
    if (!about.company && !byBoard) about.company = nameOfSender(page, message);
    return about;
}

}  // namespace nextjob::analyse
