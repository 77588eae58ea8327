#include "analyse/extract/prose.hpp"

#include <array>

namespace nextjob::analyse {

namespace {

bool titlePart(const Prose& prose, std::size_t i) {
    return prose.is(i, Topic::TitleWord) || prose.is(i, Topic::TitleHint) || prose.is(i, Topic::Seniority)
           || (prose.word(i).capitalised && !prose.is(i, Topic::SentenceWord) && !prose.is(i, Topic::ConnectorCompany));
}

// The words around a title word that are part of the title.
Run growTitle(const Prose& prose, std::size_t seed) {
    Run run{seed, seed};
    constexpr std::string_view inside = " /-&,.+#(";
    while (run.first > 0 && run.last - run.first < longestTitle && prose.joined(run.first - 1, " /-&+")
           && titlePart(prose, run.first - 1))
        --run.first;
    while (run.last + 1 < prose.size() && run.last - run.first < longestTitle) {
        const auto next = run.last + 1;
        const bool numeral = prose.fold(next) == "ii" || prose.fold(next) == "iii" || prose.fold(next) == "iv";
        if (prose.joined(run.last, " /-&+#") && (titlePart(prose, next) || numeral)) {
            run.last = next;
        } else if (prose.joined(run.last, inside) && prose.is(next, Topic::GenderMark)) {
            run.last = next;
        } else if (next + 1 < prose.size() && prose.joined(run.last, " ") && prose.joined(next, " ")
                   && prose.word(next).span.size() <= 3
                   && (prose.fold(next) == "of" || prose.fold(next) == "de" || prose.fold(next) == "für"
                       || prose.fold(next) == "for")
                   && titlePart(prose, next + 1) && prose.is(run.last, Topic::TitleWord)) {
            run.last = next + 1;
        } else {
            break;
        }
    }
    return run;
}

constexpr std::array<std::string_view, 12> recruiting = {"recruiter", "recruiting", "recruitment", "talent",
                                                         "sourcer",   "headhunter", "recruteur",   "recruteuse",
                                                         "rekruter",  "rekruterka", "рекрутер",    "personalberater"};
constexpr std::array<std::string_view, 18> openings = {
    "role",   "position", "opportunity", "opening", "vacancy",    "job",      "poste",    "offre", "opportunité",
    "stelle", "position", "rolle",       "puesto",  "stanowisko", "вакансия", "вакансію", "роль",  "позиция"};

bool oneOf(std::string_view word, std::span<const std::string_view> list) {
    return std::ranges::find(list, word) != list.end();
}

double scoreRun(const Prose& prose, const Run& run) {
    double score = 0.3 + 0.1 * static_cast<double>(std::min<std::size_t>(run.last - run.first, 4));
    bool rank = false;
    for (auto i = run.first; i <= run.last; ++i) {
        if (oneOf(prose.fold(i), recruiting)) score -= 1;
        rank = rank || prose.is(i, Topic::Seniority);
    }
    if (rank) score += 0.1;
    if (prose.word(run.first).capitalised) score += 0.25;
    if (prose.inSubject(run.first)) score += 0.05;
    if (prose.inFrom(run.first)) score -= 2;
    // Words about an opening nearby.
    for (auto i = run.first > 6 ? run.first - 6 : 0; i < std::min(run.last + 5, prose.size()); ++i) {
        if (oneOf(prose.fold(i), openings)) {
            score += 0.35;
            break;
        }
    }
    // "I'm a Technical Recruiter", "as a Senior Developer you": who writes or reads, not the offer.
    if (run.first >= 2) {
        const auto before = prose.fold(run.first - 1), second = prose.fold(run.first - 2);
        if ((before == "a" || before == "an" || before == "the") && (second == "m" || second == "am")) score -= 0.8;
    }
    return score;
}

}  // namespace

std::optional<Run> findTitle(const Prose& prose) {
    std::optional<Run> best;
    for (std::size_t i = 0; i < prose.size(); ++i) {
        if (!prose.is(i, Topic::TitleWord)) continue;
        auto run = growTitle(prose, i);
        run.score = scoreRun(prose, run);
        if (!best || run.score > best->score + 1e-9) best = run;
        i = run.last;
    }
    if (best && best->score < 0.4) return std::nullopt;
    return best;
}

Span wholeTitle(const Page& page, Span title) {
    constexpr std::size_t longestAddition = 30;
    const auto rest = page.text().substr(title.end, longestAddition);
    for (const std::string_view sign : {"++", "#"}) {
        if (rest.starts_with(sign)) title.end += static_cast<std::uint32_t>(sign.size());
    }
    const auto after = page.text().substr(title.end, longestAddition);
    const auto close = after.find(')');
    const bool open =
        page.slice(title).find('(') != std::string_view::npos && page.slice(title).find(')') == std::string_view::npos;
    if (close == std::string_view::npos || after.substr(0, close).contains('\n')) return title;
    if (after.starts_with(" (") || (open && close < 4)) title.end += static_cast<std::uint32_t>(close) + 1;
    return title;
}

}  // namespace nextjob::analyse
