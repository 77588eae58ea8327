#include "analyse/extract/letter.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/salary.hpp"

#include <algorithm>
#include <array>

namespace nextjob::analyse {

namespace {

constexpr std::size_t maxWords = 1500;       // of a letter; offers stand at its beginning
constexpr std::uint32_t longestTitle = 10;   // words
constexpr std::uint32_t longestCompany = 6;

bool has(std::uint64_t topics, Topic topic) { return (topics & (1ULL << static_cast<unsigned>(topic))) != 0; }

// The letter's words with the topics of each.
class Letter {
  public:
    explicit Letter(const Page& page) : page_(page), words_(page.words().first(std::min(page.words().size(), maxWords))), topics_(words_.size()) {
        for (const auto& hit : page.hits()) {
            for (std::uint32_t i = hit.word; i < hit.word + hit.words && i < topics_.size(); ++i) topics_[i] |= 1ULL << static_cast<unsigned>(hit.topic);
        }
    }

    std::size_t size() const { return words_.size(); }
    const Word& word(std::size_t i) const { return words_[i]; }
    bool is(std::size_t i, Topic topic) const { return i < topics_.size() && has(topics_[i], topic); }
    std::string_view fold(std::size_t i) const { return page_.fold(words_[i]); }
    // What stands between a word and the next.
    std::string_view gap(std::size_t i) const {
        return i + 1 < words_.size() ? page_.slice({words_[i].span.end, words_[i + 1].span.begin}) : std::string_view("\n\n");
    }
    bool joined(std::size_t i, std::string_view allowed) const {
        // A dash between spaces parts; one within a word joins.
        return i + 1 < words_.size() && gap(i).size() <= 3 && gap(i) != " - " && gap(i).find_first_not_of(allowed) == std::string_view::npos;
    }
    bool inSubject(std::size_t i) const { return page_.document().subjectLine.contains(words_[i].span); }
    bool inFrom(std::size_t i) const { return page_.document().fromLine.contains(words_[i].span); }
    Span span(std::size_t first, std::size_t last) const { return {words_[first].span.begin, words_[last].span.end}; }

  private:
    const Page& page_;
    std::span<const Word> words_;
    std::vector<std::uint64_t> topics_;
};

struct Run {
    std::size_t first = 0, last = 0;  // words, inclusive
    double score = 0;
};

bool titlePart(const Letter& letter, std::size_t i) {
    return letter.is(i, Topic::TitleWord) || letter.is(i, Topic::TitleHint) || letter.is(i, Topic::Seniority) ||
           (letter.word(i).capitalised && !letter.is(i, Topic::SentenceWord) && !letter.is(i, Topic::ConnectorCompany));
}

// The words around a title word that are part of the title.
Run growTitle(const Letter& letter, std::size_t seed) {
    Run run{seed, seed};
    constexpr std::string_view inside = " /-&,.+#(";
    while (run.first > 0 && run.last - run.first < longestTitle && letter.joined(run.first - 1, " /-&+") && titlePart(letter, run.first - 1)) --run.first;
    while (run.last + 1 < letter.size() && run.last - run.first < longestTitle) {
        const auto next = run.last + 1;
        const bool numeral = letter.fold(next) == "ii" || letter.fold(next) == "iii" || letter.fold(next) == "iv";
        if (letter.joined(run.last, " /-&+#") && (titlePart(letter, next) || numeral)) {
            run.last = next;
        } else if (letter.joined(run.last, inside) && letter.is(next, Topic::GenderMark)) {
            run.last = next;
        } else if (next + 1 < letter.size() && letter.joined(run.last, " ") && letter.joined(next, " ") && letter.word(next).span.size() <= 3 &&
                   (letter.fold(next) == "of" || letter.fold(next) == "de" || letter.fold(next) == "für" || letter.fold(next) == "for") &&
                   titlePart(letter, next + 1) && letter.is(run.last, Topic::TitleWord)) {
            run.last = next + 1;
        } else {
            break;
        }
    }
    return run;
}

constexpr std::array<std::string_view, 12> recruiting = {"recruiter", "recruiting", "recruitment", "talent", "sourcer", "headhunter",
                                                         "recruteur", "recruteuse", "rekruter", "rekruterka", "рекрутер", "personalberater"};
constexpr std::array<std::string_view, 18> openings = {"role",  "position", "opportunity", "opening", "vacancy",    "job",       "poste",    "offre", "opportunité",
                                                       "stelle", "position", "rolle",      "puesto",  "stanowisko", "вакансия", "вакансію", "роль",  "позиция"};

bool oneOf(std::string_view word, std::span<const std::string_view> list) { return std::ranges::find(list, word) != list.end(); }

double scoreRun(const Letter& letter, const Run& run) {
    double score = 0.3 + 0.1 * static_cast<double>(std::min<std::size_t>(run.last - run.first, 4));
    bool rank = false;
    for (auto i = run.first; i <= run.last; ++i) {
        if (oneOf(letter.fold(i), recruiting)) score -= 1;
        rank = rank || letter.is(i, Topic::Seniority);
    }
    if (rank) score += 0.1;
    if (letter.word(run.first).capitalised) score += 0.25;
    if (letter.inSubject(run.first)) score += 0.05;
    if (letter.inFrom(run.first)) score -= 2;
    // Words about an opening nearby.
    for (auto i = run.first > 6 ? run.first - 6 : 0; i < std::min(run.last + 5, letter.size()); ++i) {
        if (oneOf(letter.fold(i), openings)) {
            score += 0.35;
            break;
        }
    }
    // "I'm a Technical Recruiter", "as a Senior Developer you": who writes or reads, not the offer.
    if (run.first >= 2) {
        const auto before = letter.fold(run.first - 1), second = letter.fold(run.first - 2);
        if ((before == "a" || before == "an" || before == "the") && (second == "m" || second == "am")) score -= 0.8;
    }
    return score;
}

std::optional<Run> bestTitle(const Letter& letter) {
    std::optional<Run> best;
    for (std::size_t i = 0; i < letter.size(); ++i) {
        if (!letter.is(i, Topic::TitleWord)) continue;
        auto run = growTitle(letter, i);
        run.score = scoreRun(letter, run);
        if (!best || run.score > best->score + 1e-9) best = run;
        i = run.last;
    }
    if (best && best->score < 0.4) return std::nullopt;
    return best;
}

// A run of capitalised words: a name.
std::optional<Run> nameFrom(const Letter& letter, std::size_t first) {
    if (first >= letter.size() || !letter.word(first).capitalised || letter.is(first, Topic::SentenceWord)) return std::nullopt;
    Run run{first, first};
    while (run.last + 1 < letter.size() && run.last - run.first + 1 < longestCompany && letter.joined(run.last, " &-.'") &&
           (letter.word(run.last + 1).capitalised || letter.is(run.last + 1, Topic::LegalForm)) && !letter.is(run.last + 1, Topic::SentenceWord)) {
        // A full stop ends a sentence unless a legal form follows.
        if (letter.gap(run.last).contains('.') && !letter.is(run.last + 1, Topic::LegalForm)) break;
        ++run.last;
    }
    return run;
}

bool plausibleCompany(const Page& page, const Letter& letter, const Run& run) {
    const auto span = letter.span(run.first, run.last);
    return !letter.is(run.first, Topic::Month) && !letter.is(run.first, Topic::PostedToday) && !isPlace(page, span);
}

// The firm that a letter's title is for, best first: named right behind the title, as a client or as one that hires, by "at".
// The writer's own firm (an agency's, often) comes last.
class CompanySearch {
  public:
    CompanySearch(const Page& page, const Letter& letter, std::size_t title, std::optional<Span> own) : page_(page), letter_(letter), title_(title), own_(own) {}

    std::optional<Span> find() {
        for (const auto& hit : page_.hits()) {
            if (hit.word + hit.words >= letter_.size()) break;
            if (letter_.inFrom(hit.word)) continue;
            if (hit.topic == Topic::ConnectorCompany) nameAfter(hit);
            if (hit.topic == Topic::ConnectorHiring) nameBefore(hit);
        }
        return best_;
    }

  private:
    void nameAfter(const Hit& hit) {
        const std::size_t last = hit.word + hit.words - 1U;
        if (!letter_.joined(last, " ,")) return;
        // "my client, the Acme Brewery": an article may stand before the name.
        const bool article = last + 2 < letter_.size() && !letter_.word(last + 1).capitalised && letter_.word(last + 1).span.size() <= 3 && letter_.joined(last + 1, " ");
        const auto name = nameFrom(letter_, article ? last + 2 : last + 1);
        if (!name || !plausibleCompany(page_, letter_, *name)) return;
        const bool behindTitle = hit.word > title_ && hit.word <= title_ + 4;
        offer(letter_.span(name->first, name->last), behindTitle ? 3 : hit.words > 1 ? 2 : 1);
    }

    // "Acme is hiring", "Acme, who are looking for"
    void nameBefore(const Hit& hit) {
        std::size_t end = hit.word;
        if (end > 0 && letter_.word(end - 1).span.size() <= 5 && !letter_.word(end - 1).capitalised) --end;
        auto begin = end;
        while (begin > 0 && end - begin < longestCompany && letter_.joined(begin - 1, begin == end ? " ," : " &-") && letter_.word(begin - 1).capitalised &&
               !letter_.is(begin - 1, Topic::SentenceWord) && !letter_.is(begin - 1, Topic::TitleWord)) {
            --begin;
        }
        if (begin < end) offer(letter_.span(begin, end - 1), 2);
    }

    void offer(Span name, double score) {
        if (own_ && (name.contains(*own_) || page_.slice(name) == page_.slice(*own_))) score -= 1.5;
        if (score <= bestScore_) return;
        bestScore_ = score;
        best_ = name;
    }

    const Page& page_;
    const Letter& letter_;
    std::size_t title_;
    std::optional<Span> own_;
    std::optional<Span> best_;
    double bestScore_ = -10;
};

// Lines "Location: Lisbon (hybrid)".
void readLabels(const Page& page, std::optional<Span>& title, std::optional<Span>& company, std::optional<Span>& location, std::optional<Span>& salary) {
    for (const auto& line : page.lines()) {
        if (line.separator || line.urlOnly || line.span.empty() || !mayBeLabelled(page, line.span)) continue;
        const auto cell = classify(page, line.span);
        if (cell.kind != CellKind::Labelled || cell.value.begin >= cell.value.end || characters(page.slice(cell.value)) > 120) continue;
        auto* field = cell.label == LabelField::Title      ? &title
                      : cell.label == LabelField::Company  ? &company
                      : cell.label == LabelField::Location ? &location
                      : cell.label == LabelField::Salary   ? &salary
                                                           : nullptr;
        if (field != nullptr && !*field) *field = cell.value;
    }
}

Proven<std::string> proven(const Page& page, Span span) { return {std::string(page.slice(span)), span}; }

std::string lettersOnly(std::string_view text) {
    std::string out;
    for (const char c : foldCase(text)) {
        if (c != ' ' && c != '-' && c != '.' && c != '\'' && c != '&') out += c;
    }
    return out;
}

constexpr std::array<std::string_view, 40> commonLabels = {
    "www",  "mail",   "email",  "careers", "career", "jobs",  "job",    "news", "info",  "com",   "net",     "org",    "co",       "io",
    "de",   "fr",     "uk",     "eu",      "us",     "click", "links",  "e",    "em",    "go",    "track",   "apply",  "boards",   "hire",
    "talent", "notifications", "notification", "noreply", "my", "recruiting", "t", "gmail", "googlemail", "outlook", "yahoo", "example"};

constexpr std::array<std::string_view, 18> boardWords = {"job",    "career", "stelle", "stellen", "emploi", "karriere", "recruit", "hire",  "hiring",
                                                         "talent", "empleo", "praca",  "rabota",  "robota", "work",     "vacanc",  "lavoro", "vagas"};

// "Fuldawerke" of fuldawerke.example is "Fuldawerke AG" where the mail says so: a legal form follows, or the longer name
// stands there more than once.
Span wholeName(const Page& page, std::size_t first, std::size_t last) {
    const auto words = page.words();
    Span name{words[first].span.begin, words[last].span.end};
    for (auto next = last + 1; next < std::min(words.size(), last + 3); ++next) {
        const Span longer{name.begin, words[next].span.end};
        if (!words[next].capitalised || page.slice({words[next - 1].span.end, words[next].span.begin}) != " ") break;
        const bool legal = std::ranges::any_of(page.hits(words[next].span), [](const Hit& h) { return h.topic == Topic::LegalForm; });
        const auto text = page.text();
        const auto place = text.find(page.slice(longer));
        if (!legal && text.find(page.slice(longer), place + 1) == std::string_view::npos) break;
        name = longer;
    }
    return name;
}

}  // namespace

std::optional<Proven<std::string>> nameOfDomain(const Page& page, std::string_view host) {
    std::vector<std::string> labels;
    for (std::size_t at = 0; at < host.size();) {
        const auto dot = std::min(host.find('.', at), host.size());
        const auto label = lettersOnly(host.substr(at, dot - at));
        // A board's name says where the offers are listed, not who makes them.
        const bool board = std::ranges::any_of(boardWords, [&](std::string_view word) { return label.contains(word); });
        if (label.size() >= 3 && !board && !oneOf(label, commonLabels)) labels.push_back(label);
        at = dot + 1;
    }
    const auto words = page.words();
    const auto from = page.document().fromLine;
    // The body first: there the firm writes its name as it wants it.
    for (const bool inFrom : {false, true}) {
        for (const auto& label : labels) {
            for (std::size_t first = 0; first < words.size(); ++first) {
                if (from.contains(words[first].span) != inFrom || !words[first].capitalised) continue;
                std::string name;
                for (std::size_t last = first; last < std::min(first + 4, words.size()); ++last) {
                    const Span span{words[first].span.begin, words[last].span.end};
                    if (span.size() > 60 || page.slice(span).find_first_of("\n/@:") != std::string_view::npos) break;
                    name += lettersOnly(page.fold(words[last]));
                    if (name == label && !page.slice({span.end, std::min<std::uint32_t>(span.end + 1, static_cast<std::uint32_t>(page.text().size()))}).starts_with('.')) {
                        return proven(page, wholeName(page, first, last));
                    }
                    if (name.size() >= label.size()) break;
                }
            }
        }
    }
    return std::nullopt;
}

namespace {

std::optional<Proven<std::string>> senderName(const Page& page, const mail::Message& message) {
    if (!message.from) return std::nullopt;
    const auto at = message.from->address.rfind('@');
    return at == std::string::npos ? std::nullopt : nameOfDomain(page, std::string_view(message.from->address).substr(at + 1));
}

}  // namespace

std::optional<Offer> readLetter(const Page& page, const mail::Message& message) {
    const Letter letter(page);
    std::optional<Span> title, company, location, salary;
    readLabels(page, title, company, location, salary);
    std::size_t after = 0;
    if (!title || titleScore(page, *title) < 0.2) {
        const auto run = bestTitle(letter);
        if (!run) return std::nullopt;
        title = letter.span(run->first, run->last);
        if (page.slice({title->end, std::min<std::uint32_t>(title->end + 1, static_cast<std::uint32_t>(page.text().size()))}) == ")" && page.slice(*title).contains('(')) ++title->end;
        after = run->last;
    }
    Offer offer{.title = proven(page, *title)};
    const auto own = senderName(page, message);
    if (!company) company = CompanySearch(page, letter, after, own ? std::optional(own->evidence) : std::nullopt).find();
    if (company) offer.company = proven(page, *company);
    if (!offer.company) offer.company = own;
    if (!location) {
        for (std::size_t i = 0; i < page.hits().size() && !location; ++i) {
            const auto& hit = page.hits()[i];
            const auto span = page.spanOf(hit);
            const bool place = hit.topic == Topic::City || hit.topic == Topic::Country || hit.topic == Topic::Region;
            if (place && !hit.weak && !page.document().fromLine.contains(span) && page.words()[hit.word].capitalised && (!company || !company->contains(span))) location = span;
        }
    }
    if (location) offer.location = proven(page, *location);
    const Span body{page.document().subjectLine.begin, static_cast<std::uint32_t>(page.text().size())};
    if (salary) offer.salary = findSalary(page, *salary);
    for (const auto& line : page.lines()) {
        if (!offer.salary) offer.salary = findSalary(page, line.span);
        if (offer.salary) break;
    }
    offer.workMode = location ? findWorkMode(page, *location) : std::nullopt;
    if (!offer.workMode) offer.workMode = findWorkMode(page, body);
    offer.employmentType = findEmployment(page, body);
    offer.seniority = findSeniority(page, *title);
    for (const auto& link : page.links()) {
        if (link.kind != LinkClass::Job) continue;
        offer.applyLink = {link.target, link.text.empty() ? *title : link.text};
        break;
    }
    offer.record = body;
    return offer;
}

namespace {

// Matches one of the lexicon's sentences from a word on.
class AboutMatcher {
  public:
    AboutMatcher(const Page& page, const Letter& letter) : page_(page), letter_(letter) {}

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
            return at < letter_.size() && letter_.fold(at) == p.word && step(pattern, part + 1, at + 1);
        }
        if (p.kind == Kind::Gap) {
            for (std::size_t skip = 0; skip <= 8 && at + skip < letter_.size(); ++skip) {
                if (step(pattern, part + 1, at + skip)) return true;
            }
            return false;
        }
        const bool last = part + 1 == pattern.parts.size();
        const auto longest = p.kind == Kind::Title ? longestTitle + 2 : longestCompany;
        for (std::size_t size = 1; size <= longest && at + size <= letter_.size(); ++size) {
            const bool ends = endsField(at + size - 1, p.kind);
            if (last ? ends || size == longest : step(pattern, part + 1, at + size)) {
                const auto span = letter_.span(at, at + size - 1);
                if (last && !ends) return false;
                return accept(p.kind, span, at);
            }
            if (breaks(at + size - 1)) return false;
        }
        return false;
    }

    // A field does not run over the end of a sentence or line; a comma may be part of a title.
    bool breaks(std::size_t i) const { return letter_.gap(i).find_first_of("\n!?;") != std::string_view::npos || letter_.gap(i).starts_with(". "); }
    bool endsField(std::size_t i, Kind kind) const {
        if (breaks(i) || letter_.gap(i).find_first_of(".:(|") != std::string_view::npos || letter_.gap(i).contains(" - ")) return true;
        if (kind == Kind::Company && letter_.gap(i).contains(',')) return true;
        return i + 1 < letter_.size() && !letter_.word(i + 1).capitalised && letter_.is(i + 1, Topic::SentenceWord);
    }

    bool accept(Kind kind, Span span, std::size_t at) {
        if (kind == Kind::Title) {
            if (titleScore(page_, span) < 0.15) return false;
            title_ = span;
        } else {
            if (!letter_.word(at).capitalised) return false;
            company_ = span;
        }
        return true;
    }

    const Page& page_;
    const Letter& letter_;
    std::optional<Span> title_, company_;
};

}  // namespace

ApplicationSubject readSubject(const Page& page, const mail::Message& message) {
    const Letter letter(page);
    AboutMatcher matcher(page, letter);
    std::optional<Span> title, company, location, salary;
    for (std::size_t at = 0; at < letter.size() && !(title && company); ++at) {
        if (letter.inFrom(at)) continue;
        for (const auto& pattern : page.aboutPatterns(letter.fold(at))) {
            if (!matcher.match(pattern, at)) continue;
            if (!title) title = matcher.title();
            if (!company) company = matcher.company();
            break;
        }
    }
    readLabels(page, title, company, location, salary);
    std::size_t after = 0;
    if (!title) {
        if (const auto run = bestTitle(letter)) {
            title = letter.span(run->first, run->last);
            after = run->last;
        }
    }
    if (!company) company = CompanySearch(page, letter, after, std::nullopt).find();
    ApplicationSubject about;
    if (title) about.title = proven(page, *title);
    if (company) about.company = proven(page, *company);
    if (!about.company) about.company = senderName(page, message);
    return about;
}

}  // namespace nextjob::analyse
