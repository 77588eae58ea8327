#include "analyse/extract/cell.hpp"
#include "analyse/extract/coverage.hpp"
#include "text/find_any.hpp"

#include <algorithm>

namespace nextjob::analyse {

bool isPlace(const Page& page, Span span) {
    const Coverage c(page, span);
    const auto n = c.words.size();
    if (n == 0 || n > 14) return false;
    if (c.all(bit(Topic::WorkMode))) return false;  // a mode, not a place
    const auto text = page.slice(span);
    // "Acme - Kendal, Cumbria" is a firm and a place; "Remote - Germany", "Kansas City - MO" and "Paris - 75" are
    // places.
    const auto marks = dashes(page, span);
    if (!marks.empty()) {
        const Span left = trimField(page.text(), {span.begin, marks.front().begin});
        const auto tail = page.words({marks.back().end, span.end});
        const bool shortTail = tail.size() == 1 && (tail[0].number || tail[0].span.size() <= 3);
        const bool mode = Coverage(page, left).all(bit(Topic::WorkMode) | bit(Topic::ConnectorLocation));
        if (!shortTail && !mode && !isPlace(page, left)) return false;
    }
    const auto known = [&](std::size_t i) { return (c.topics[i] & placeTopics) != 0; };
    const auto weaklyKnown = [&](std::size_t i) { return (c.weak[i] & (placeTopics | bit(Topic::RegionCode))) != 0; };
    // A code counts only in upper case, after a comma, a dash or an opening bracket.
    const auto code = [&](std::size_t i) {
        const auto& word = c.words[i];
        if ((c.weak[i] & bit(Topic::RegionCode)) == 0 || !word.capitalised || word.span.size() > 3) return false;
        if (word.span.size() >= 2
            && !(page.text()[word.span.begin + 1] >= 'A' && page.text()[word.span.begin + 1] <= 'Z'))
            return false;
        return i == 0 ? n == 1
                      : page.slice({c.words[i - 1].span.end, word.span.begin}).find_first_of(",-(")
                            != std::string_view::npos;
    };
    std::size_t covered = 0, strong = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const bool place = known(i) || code(i);
        strong += place;
        const bool link = (c.topics[i] & (bit(Topic::WorkMode) | bit(Topic::ConnectorLocation))) != 0;
        covered += place || weaklyKnown(i) || link || c.words[i].number;
    }
    const bool allWeak = [&] {
        for (std::size_t i = 0; i < n; ++i) {
            if (!known(i) && !weaklyKnown(i) && !c.words[i].number) return false;
        }
        return true;
    }();
    if (c.has(Topic::TitleWord) && strong * 2 < n) return false;
    // "AB" is a firm's form in Swedish and a province in Canada.
    const auto firm = [&] {
        for (std::size_t i = 0; i < n; ++i) {
            if ((c.topics[i] & bit(Topic::LegalForm)) != 0 && !code(i)
                && !(i > 0 && known(i - 1) && c.words[i].span.size() <= 3))
                return true;
        }
        return false;
    }();
    if (firm && strong * 2 <= n) return false;
    if (allWeak
        && (strong > 0
            || (n <= 2 && !c.has(Topic::TitleWord) && c.numbers() < n
                && std::ranges::any_of(
                    c.hits, [&](const Hit& h) { return h.weak && h.words == n && h.topic != Topic::RegionCode; })))) {
        return true;
    }
    const auto mode = [&](std::size_t i) { return (c.topics[i] & bit(Topic::WorkMode)) != 0; };
    // "Boston Dynamics": a name goes on where a place would end. A slot of places knows better (see FieldAssigner).
    const auto nameGoesOn = [&] {
        for (std::size_t i = 1; i < n; ++i) {
            const bool place = known(i) || weaklyKnown(i) || code(i) || mode(i) || c.words[i].number
                               || (c.topics[i] & bit(Topic::ConnectorLocation)) != 0;
            // "Adelaide SA": a code that the lexicon leaves to firms.
            const auto form = page.slice(c.words[i].span);
            const bool capitals =
                form.size() <= 3 && std::ranges::all_of(form, [](char l) { return l >= 'A' && l <= 'Z'; });
            if (!place && !capitals && c.words[i].capitalised
                && page.slice({c.words[i - 1].span.end, c.words[i].span.begin}) == " ")
                return true;
        }
        return false;
    };
    if (strong > 0 && (known(0) || weaklyKnown(0) || mode(0)) && covered * 2 >= n && !(n <= 4 && nameGoesOn()))
        return true;
    // "Belgrade, street or station": a known town before the first comma.
    if (const auto comma = text.find(',');
        comma != std::string_view::npos && n <= 8 && !c.has(Topic::TitleWord)) {
        const auto head = page.words({span.begin, span.begin + static_cast<std::uint32_t>(comma)}).size();
        const auto town = std::ranges::any_of(c.hits, [&](const Hit& h) {
            return !h.weak && h.topic == Topic::City && h.word == c.firstWord && h.words == head;
        });
        const bool street = head < n && (!c.words[head].capitalised || head + 1 == n);
        if (town && street) return true;
    }
    // "Somewhere, XX", "Somewhere, District, Country", "Somewhere - XX": what ends it speaks for an unknown town.
    const auto wide = [&](std::size_t i) { return code(i) || (c.topics[i] & (placeTopics & ~bit(Topic::City))) != 0; };
    const auto postal = [&](std::size_t i) {
        return c.words[i].number || text::holdsDigit(page.slice(c.words[i].span));
    };
    auto last = n;
    while (last > 1 && (mode(last - 1) || postal(last - 1))) --last;
    // "Ribadavia (Ourense)"
    if (const auto open = text.find(" ("); open != std::string_view::npos && text.ends_with(')')
                                           && c.words[0].capitalised && !c.has(Topic::TitleWord) && !firm) {
        const auto inner = static_cast<std::uint32_t>(span.begin + open + 2);
        const auto outer = page.words({span.begin, inner});
        if (!outer.empty() && outer.size() <= 3 && isPlace(page, {inner, span.end - 1})) return true;
    }
    // "Mount Gambier VIC"
    const auto state = [&] {
        const auto form = page.slice(c.words[n - 1].span);
        return n >= 2 && n <= 4 && form.size() >= 2 && form.size() <= 3 && (c.weak[n - 1] & bit(Topic::RegionCode)) != 0
               && std::ranges::all_of(form, [](char l) { return l >= 'A' && l <= 'Z'; });
    };
    if (marks.empty() && state() && !firm && !c.has(Topic::TitleWord) && !c.has(Topic::TitleHint)
        && std::ranges::all_of(c.words, [](const Word& w) { return w.capitalised; }))
        return true;
    const bool separated =
        marks.empty() ? text.contains(',') : marks.size() == 1 && !text.contains(',') && code(last - 1) && last <= 4;
    // Names of towns: capitalised, but for short words within ("Frankfurt am Main").
    const bool prose =
        c.has(Topic::NonOffer) || std::ranges::any_of(c.words.first(last), [&](const Word& w) {
            return !w.capitalised && !w.number && w.span.size() > 4
                   && (c.topics[static_cast<std::size_t>(&w - c.words.data())] & (placeTopics | bit(Topic::WorkMode)))
                          == 0;
        });
    if (last > 1 && last <= 8 && c.words[0].capitalised && !c.words[0].number && separated && wide(last - 1) && !firm
        && !c.has(Topic::TitleWord) && !prose) {
        return true;
    }
    // "Somewhere (69)", "Somewhere - 92", "69003 Somewhere": a number of a department or a postal code.
    if (n <= 5 && c.words[0].capitalised && c.words[n - 1].number && c.words[n - 1].span.size() <= 3 && c.numbers() == 1
        && (text.ends_with(')') != text.contains(" - ")) && !c.has(Topic::TitleWord)) {
        return page.slice({c.words[n - 2].span.end, c.words[n - 1].span.begin}).find_first_of("(-")
               != std::string_view::npos;
    }
    if (n >= 2 && n <= 4 && c.words[0].number && c.words[0].span.size() >= 4 && c.words[0].span.size() <= 6
        && c.words[1].capitalised && !c.has(Topic::SalaryPeriod) && !c.has(Topic::TitleWord)) {
        return c.numbers() == 1 && !text.contains(':') && text.find_first_of("$€£") == std::string_view::npos;
    }
    return false;
}

}  // namespace nextjob::analyse
