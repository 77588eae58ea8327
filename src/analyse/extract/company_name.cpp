#include "analyse/extract/company_name.hpp"

#include "analyse/extract/cell.hpp"
#include "text/find_any.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace nextjob::analyse {

namespace {

bool oneOf(std::string_view word, std::span<const std::string_view> list) {
    return std::ranges::find(list, word) != list.end();
}

// A run of capitalised words: a name.
std::optional<Run> nameFrom(const Prose& prose, std::size_t first) {
    if (first >= prose.size() || !prose.word(first).capitalised || prose.is(first, Topic::SentenceWord))
        return std::nullopt;
    Run run{first, first};
    while (run.last + 1 < prose.size() && run.last - run.first + 1 < longestCompany && prose.joined(run.last, " &-.'")
           && (prose.word(run.last + 1).capitalised || prose.is(run.last + 1, Topic::LegalForm))
           && !prose.is(run.last + 1, Topic::SentenceWord)) {
        // A full stop ends a sentence unless a legal form follows.
        if (prose.gap(run.last).contains('.') && !prose.is(run.last + 1, Topic::LegalForm)) break;
        ++run.last;
    }
    return run;
}

bool plausibleCompany(const Page& page, const Prose& prose, const Run& run) {
    const auto span = prose.span(run.first, run.last);
    return !prose.is(run.first, Topic::Month) && !prose.is(run.first, Topic::PostedToday) && !isPlace(page, span);
}

class CompanySearch {
  public:
    CompanySearch(const Page& page, const Prose& prose, std::size_t title, std::optional<Span> own)
        : page_(page), prose_(prose), title_(title), own_(own) {}

    std::optional<Span> find() {
        for (const auto& hit : page_.hits()) {
            if (hit.word + hit.words >= prose_.size()) break;
            if (prose_.inFrom(hit.word)) continue;
            if (hit.topic == Topic::ConnectorCompany) nameAfter(hit);
            if (hit.topic == Topic::ConnectorHiring) nameBefore(hit);
        }
        return best_;
    }

  private:
    void nameAfter(const Hit& hit) {
        const std::size_t last = hit.word + hit.words - 1U;
        if (!prose_.joined(last, " ,")) return;
        // "my client, the Acme Brewery": an article may stand before the name.
        const bool article = last + 2 < prose_.size() && !prose_.word(last + 1).capitalised
                             && prose_.word(last + 1).span.size() <= 3 && prose_.joined(last + 1, " ");
        const auto name = nameFrom(prose_, article ? last + 2 : last + 1);
        if (!name || !plausibleCompany(page_, prose_, *name)) return;
        const bool behindTitle = hit.word > title_ && hit.word <= title_ + 4;
        offer(prose_.span(name->first, name->last), behindTitle ? 3 : hit.words > 1 ? 2 : 1);
    }

    // "Acme is hiring", "Acme, who are looking for"
    void nameBefore(const Hit& hit) {
        std::size_t end = hit.word;
        if (end > 0 && prose_.word(end - 1).span.size() <= 5 && !prose_.word(end - 1).capitalised) --end;
        auto begin = end;
        while (begin > 0 && end - begin < longestCompany && prose_.joined(begin - 1, begin == end ? " ," : " &-")
               && prose_.word(begin - 1).capitalised && !prose_.is(begin - 1, Topic::SentenceWord)
               && !prose_.is(begin - 1, Topic::TitleWord)) {
            --begin;
        }
        if (begin < end) offer(prose_.span(begin, end - 1), 2);
    }

    void offer(Span name, double score) {
        if (own_ && (name.contains(*own_) || page_.slice(name) == page_.slice(*own_))) score -= 1.5;
        if (score <= bestScore_) return;
        bestScore_ = score;
        best_ = name;
    }

    const Page& page_;
    const Prose& prose_;
    std::size_t title_;
    std::optional<Span> own_;
    std::optional<Span> best_;
    double bestScore_ = -10;
};

std::string lettersOnly(std::string_view text) {
    std::string out;
    for (const char c : foldCase(text)) {
        if (c != ' ' && c != '-' && c != '.' && c != '\'' && c != '&') out += c;
    }
    return out;
}

constexpr std::array<std::string_view, 40> commonLabels = {
    "www",          "mail",    "email",  "careers",    "career", "jobs",
    "job",          "news",    "info",   "com",        "net",    "org",
    "co",           "io",      "de",     "fr",         "uk",     "eu",
    "us",           "click",   "links",  "e",          "em",     "go",
    "track",        "apply",   "boards", "hire",       "talent", "notifications",
    "notification", "noreply", "my",     "recruiting", "t",      "gmail",
    "googlemail",   "outlook", "yahoo",  "example"};

constexpr std::array<std::string_view, 18> boardWords = {"job",     "career", "stelle", "stellen", "emploi", "karriere",
                                                         "recruit", "hire",   "hiring", "talent",  "empleo", "praca",
                                                         "rabota",  "robota", "work",   "vacanc",  "lavoro", "vagas"};

}  // namespace

Span wholeCompany(const Page& page, Span name) {
    const auto own = page.words(name);
    if (own.empty()) return name;
    const auto words = page.words();
    const auto first = static_cast<std::size_t>(own.data() - words.data());
    auto last = first + own.size() - 1;
    const auto legal = [&](std::size_t i) {
        return std::ranges::any_of(page.hits(words[i].span), [](const Hit& h) { return h.topic == Topic::LegalForm; });
    };
    while (last > first && !words[last].capitalised && !words[last].number && !legal(last)) --last;
    Span whole{name.begin, last == first + own.size() - 1 ? name.end : words[last].span.end};
    const auto text = page.text();
    for (auto next = last + 1; next < std::min(words.size(), last + 4); ++next) {
        const Span longer{whole.begin, words[next].span.end};
        const auto gap = page.slice({words[next - 1].span.end, words[next].span.begin});
        if ((!words[next].capitalised && !legal(next)) || gap != " ") break;
        const auto place = text.find(page.slice(longer));
        const bool again = next == last + 1 && text.find(page.slice(longer), place + 1) != std::string_view::npos;
        if (!legal(next) && !again) continue;
        whole = longer;
    }
    return whole;
}

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
                    if (span.size() > 60 || text::findAny(page.slice(span), "\n/@:") != std::string_view::npos) break;
                    name += page.fold(words[last]);
                    if (name == label
                        && !page.slice({span.end, std::min<std::uint32_t>(
                                                      span.end + 1, static_cast<std::uint32_t>(page.text().size()))})
                                .starts_with('.')) {
                        return page.proven(wholeCompany(page, span));
                    }
                    if (!label.starts_with(name)) break;
                }
            }
        }
    }
    return std::nullopt;
}

std::optional<Proven<std::string>> nameOfSender(const Page& page, const mail::Message& message) {
    if (!message.from) return std::nullopt;
    const auto at = message.from->address.rfind('@');
    return at == std::string::npos ? std::nullopt
                                   : nameOfDomain(page, std::string_view(message.from->address).substr(at + 1));
}

std::optional<Span> findCompany(const Page& page, const Prose& prose, std::size_t title, std::optional<Span> own) {
    return CompanySearch(page, prose, title, own).find();
}

}  // namespace nextjob::analyse
