#include "analyse/extract/cell.hpp"

#include "analyse/extract/salary.hpp"

#include <algorithm>
#include <array>

namespace nextjob::analyse {

namespace {

constexpr std::uint64_t bit(Topic topic) { return 1ULL << static_cast<unsigned>(topic); }
constexpr std::uint64_t placeTopics = bit(Topic::Country) | bit(Topic::Region) | bit(Topic::City) | bit(Topic::Area);

// Which topics each word of a span belongs to.
struct Coverage {
    std::span<const Word> words;
    std::vector<Hit> hits;
    std::vector<std::uint64_t> topics;   // a word's topics, by strong hits
    std::vector<std::uint64_t> weak;     // and by weak ones
    std::uint32_t firstWord = 0;

    Coverage(const Page& page, Span span) : words(page.words(span)), hits(page.hits(span)), topics(words.size()), weak(words.size()) {
        if (words.empty()) return;
        firstWord = static_cast<std::uint32_t>(words.data() - page.words().data());
        for (const auto& hit : hits) {
            for (std::uint32_t i = hit.word; i < hit.word + hit.words; ++i) (hit.weak ? weak : topics)[i - firstWord] |= bit(hit.topic);
        }
    }

    std::size_t count(std::uint64_t mask) const {
        return static_cast<std::size_t>(std::ranges::count_if(topics, [mask](std::uint64_t t) { return (t & mask) != 0; }));
    }
    // Every word belongs to one of the topics or is a number.
    bool all(std::uint64_t mask, bool numbersToo = true) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if ((topics[i] & mask) == 0 && !(numbersToo && words[i].number)) return false;
        }
        return !words.empty() && count(mask) > 0;
    }
    // One hit of the topic takes all words.
    bool whole(Topic topic) const {
        return std::ranges::any_of(hits, [&](const Hit& hit) { return hit.topic == topic && hit.words == words.size(); });
    }
    std::size_t hitCount(Topic topic) const {
        return static_cast<std::size_t>(std::ranges::count(hits, topic, &Hit::topic));
    }
    std::size_t numbers() const {
        return static_cast<std::size_t>(std::ranges::count_if(words, [](const Word& w) { return w.number; }));
    }
};

struct EmojiLabel {
    std::string_view emoji;
    LabelField field;
};
constexpr EmojiLabel emojiLabels[] = {
    {"📍", LabelField::Location}, {"🌍", LabelField::Location}, {"🌎", LabelField::Location}, {"🌏", LabelField::Location},
    {"🗺", LabelField::Location},  {"🏢", LabelField::Company},  {"🏭", LabelField::Company},  {"🏬", LabelField::Company},
    {"🏦", LabelField::Company},  {"💰", LabelField::Salary},   {"💵", LabelField::Salary},   {"💶", LabelField::Salary},
    {"💷", LabelField::Salary},   {"💸", LabelField::Salary},   {"🕐", LabelField::Posted},   {"🕒", LabelField::Posted},
    {"📅", LabelField::Posted},   {"🗓", LabelField::Posted},    {"⏰", LabelField::Employment}, {"📄", LabelField::Employment},
    {"🏠", LabelField::Location}, {"🔗", LabelField::Link},     {"👉", LabelField::Link},
};

bool sentenceEnd(std::string_view text) {
    if (text.ends_with("…") || text.ends_with("...")) return true;
    if (text.empty() || !std::string_view(".!?").contains(text.back())) return false;
    // "Inc.", "Sr." and initials end in a full stop, too.
    const auto space = text.find_last_of(' ');
    const auto last = space == std::string_view::npos ? text : text.substr(space + 1);
    return text.back() != '.' || last.size() > 5;
}

// "Label: value" by one of the lexicon's labels, or an icon that senders put before a field.
bool readLabel(const Page& page, Span span, Cell& cell) {
    const auto text = page.slice(span);
    for (const auto& [emoji, field] : emojiLabels) {
        if (!text.starts_with(emoji)) continue;
        cell.kind = CellKind::Labelled;
        cell.label = field;
        const auto words = page.words(span);
        if (words.empty()) return false;
        auto begin = words.front().span.begin;
        for (const std::string_view sign : {"$", "€", "£", "₹"}) {
            if (begin >= sign.size() && page.slice({begin - static_cast<std::uint32_t>(sign.size()), begin}) == sign) begin -= static_cast<std::uint32_t>(sign.size());
        }
        cell.value = trimField(page.text(), {begin, span.end});
        return true;
    }
    const auto colon = text.substr(0, 60).find(':');
    if (colon == std::string_view::npos || text.substr(colon).starts_with("://")) return false;
    const Span before{span.begin, span.begin + static_cast<std::uint32_t>(colon)};
    const Coverage label(page, before);
    const auto hit = std::ranges::find_if(label.hits, [&](const Hit& h) { return h.topic == Topic::Label && h.words == label.words.size(); });
    if (hit == label.hits.end()) return false;
    cell.kind = CellKind::Labelled;
    cell.label = static_cast<LabelField>(hit->value);
    cell.value = trimField(page.text(), {before.end + 1, span.end});
    return true;
}

bool isRating(std::string_view text, const Coverage& words) {
    if (words.words.empty() || words.words.size() > 3 || words.numbers() != words.words.size()) return false;
    if (text.contains("★") || text.contains("⭐") || text.contains("/5")) return true;
    return text.size() <= 3 && text[0] >= '0' && text[0] <= '5' && (text.size() == 1 || text[1] == '.' || text[1] == ',');
}

}  // namespace

bool isPlace(const Page& page, Span span) {
    const Coverage c(page, span);
    const auto n = c.words.size();
    if (n == 0 || n > 14) return false;
    if (c.all(bit(Topic::WorkMode))) return false;  // a mode, not a place
    const auto text = page.slice(span);
    const auto known = [&](std::size_t i) { return (c.topics[i] & placeTopics) != 0; };
    const auto weaklyKnown = [&](std::size_t i) { return (c.weak[i] & (placeTopics | bit(Topic::RegionCode))) != 0; };
    // A code counts only in upper case, after a comma, a dash or an opening bracket.
    const auto code = [&](std::size_t i) {
        const auto& word = c.words[i];
        if ((c.weak[i] & bit(Topic::RegionCode)) == 0 || !word.capitalised || word.span.size() > 3) return false;
        if (word.span.size() >= 2 && !(page.text()[word.span.begin + 1] >= 'A' && page.text()[word.span.begin + 1] <= 'Z')) return false;
        return i == 0 ? n == 1 : page.slice({c.words[i - 1].span.end, word.span.begin}).find_first_of(",-(") != std::string_view::npos;
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
    if (c.count(bit(Topic::TitleWord)) > 0 && strong * 2 < n) return false;
    // "AB" is a firm's form in Swedish and a province in Canada.
    const auto firm = [&] {
        for (std::size_t i = 0; i < n; ++i) {
            if ((c.topics[i] & bit(Topic::LegalForm)) != 0 && !code(i)) return true;
        }
        return false;
    }();
    if (firm && strong * 2 <= n) return false;
    if (allWeak && (strong > 0 || (n <= 2 && c.hitCount(Topic::TitleWord) == 0 && c.numbers() < n && std::ranges::any_of(c.hits, [&](const Hit& h) {
                        return h.weak && h.words == n && h.topic != Topic::RegionCode;
                    })))) {
        return true;
    }
    const auto mode = [&](std::size_t i) { return (c.topics[i] & bit(Topic::WorkMode)) != 0; };
    // "Boston Dynamics": a name goes on where a place would end. A slot of places knows better (see FieldAssigner).
    const auto nameGoesOn = [&] {
        for (std::size_t i = 1; i < n; ++i) {
            const bool place = known(i) || weaklyKnown(i) || code(i) || mode(i) || c.words[i].number || (c.topics[i] & bit(Topic::ConnectorLocation)) != 0;
            if (!place && c.words[i].capitalised && page.slice({c.words[i - 1].span.end, c.words[i].span.begin}) == " ") return true;
        }
        return false;
    };
    if (strong > 0 && (known(0) || weaklyKnown(0) || mode(0)) && covered * 2 >= n && !(n <= 4 && nameGoesOn())) return true;
    // "Belgrade, street or station": a known town before the first comma.
    if (const auto comma = text.find(','); comma != std::string_view::npos && n <= 8 && c.hitCount(Topic::TitleWord) == 0) {
        const auto head = page.words({span.begin, span.begin + static_cast<std::uint32_t>(comma)}).size();
        const auto town = std::ranges::any_of(c.hits, [&](const Hit& h) { return !h.weak && h.topic == Topic::City && h.word == c.firstWord && h.words == head; });
        const bool street = head < n && (!c.words[head].capitalised || head + 1 == n);
        if (town && street) return true;
    }
    // "Somewhere, XX", "Somewhere, District, Country", "Somewhere - XX": what ends it speaks for an unknown town.
    const auto wide = [&](std::size_t i) { return code(i) || (c.topics[i] & (placeTopics & ~bit(Topic::City))) != 0; };
    const auto postal = [&](std::size_t i) { return c.words[i].number || page.slice(c.words[i].span).find_first_of("0123456789") != std::string_view::npos; };
    auto last = n;
    while (last > 1 && (mode(last - 1) || postal(last - 1))) --last;
    const auto marks = dashes(page, span);
    const bool separated = marks.empty() ? text.contains(',') : marks.size() == 1 && !text.contains(',') && code(last - 1) && last <= 4;
    // Names of towns: capitalised, but for short words within ("Frankfurt am Main").
    const bool prose = c.hitCount(Topic::NonOffer) > 0 || std::ranges::any_of(c.words.first(last), [&](const Word& w) {
        return !w.capitalised && !w.number && w.span.size() > 4 && (c.topics[static_cast<std::size_t>(&w - c.words.data())] & (placeTopics | bit(Topic::WorkMode))) == 0;
    });
    if (last > 1 && last <= 8 && c.words[0].capitalised && !c.words[0].number && separated && wide(last - 1) && !firm &&
        c.hitCount(Topic::TitleWord) == 0 && !prose) {
        return true;
    }
    // "Somewhere (69)", "Somewhere - 92", "69003 Somewhere": a number of a department or a postal code.
    if (n <= 5 && c.words[0].capitalised && c.words[n - 1].number && c.words[n - 1].span.size() <= 3 && c.numbers() == 1 &&
        (text.ends_with(')') != text.contains(" - ")) && c.hitCount(Topic::TitleWord) == 0) {
        return page.slice({c.words[n - 2].span.end, c.words[n - 1].span.begin}).find_first_of("(-") != std::string_view::npos;
    }
    if (n >= 2 && n <= 4 && c.words[0].number && c.words[0].span.size() >= 4 && c.words[0].span.size() <= 6 && c.words[1].capitalised &&
        c.hitCount(Topic::SalaryPeriod) == 0 && c.hitCount(Topic::TitleWord) == 0) {
        return c.numbers() == 1 && !text.contains(':') && text.find_first_of("$€£") == std::string_view::npos;
    }
    return false;
}

bool endsRecord(const Page& page, Span span) {
    const Coverage c(page, span);
    if (c.hitCount(Topic::Announced) > 0) return true;
    return c.all(bit(Topic::NonOffer)) && !c.whole(Topic::Action) && !c.all(bit(Topic::Action));
}

bool mayBeLabelled(const Page& page, Span span) {
    const auto text = page.slice(span);
    return !text.empty() && ((static_cast<unsigned char>(text[0]) & 0x80) != 0 || text.substr(0, 60).contains(':'));
}

double titleScore(const Page& page, Span span) {
    const Coverage c(page, span);
    const auto n = c.words.size();
    const auto text = page.slice(span);
    const auto length = characters(text);
    if (n == 0 || length < 3 || length > 180 || n > 24) return -1;
    const auto whole = [&](Topic topic) { return c.whole(topic) || c.all(bit(topic)); };
    if (whole(Topic::NonOffer) || whole(Topic::Action) || whole(Topic::Badge)) return -2;
    if (c.all(bit(Topic::WorkMode) | bit(Topic::Employment) | bit(Topic::Badge))) return -1;
    double score = 0;
    const bool word = c.count(bit(Topic::TitleWord)) > 0;
    const bool hint = c.count(bit(Topic::TitleHint)) > 0;
    const bool rank = c.count(bit(Topic::Seniority)) > 0;
    if (word) score += 0.6;
    if (hint) score += word ? 0.1 : 0.25;
    if (rank) score += word ? 0.1 : 0.2;
    if (c.count(bit(Topic::GenderMark)) > 0) score += 0.5;
    if (length > 110) score -= 0.3;
    if (n > 14) score -= 0.2;
    if (!c.words[0].capitalised && !c.words[0].number) score -= 0.15;
    const auto prose = c.hitCount(Topic::SentenceWord);
    if (prose >= 2) score -= 0.25 * static_cast<double>(std::min<std::size_t>(prose, 4));
    if (sentenceEnd(text)) score -= 0.5;
    if (text.ends_with(':')) score -= 0.6;
    if (text.contains('@') && text.contains('.')) score -= 0.5;
    if (c.hitCount(Topic::Announced) > 0) score -= 1;
    // "Jobs similar to …", "Your job alert for …": what begins so heads a list.
    const auto begins = [&](Topic topic) { return std::ranges::any_of(c.hits, [&](const Hit& h) { return h.topic == topic && h.word == c.firstWord && h.words > 1; }); };
    if (begins(Topic::NonOffer) || begins(Topic::Kind)) score -= 1.2;
    else if (c.hitCount(Topic::NonOffer) > 0 || c.hitCount(Topic::Kind) > 0) score -= 0.4;
    if (c.hitCount(Topic::ConnectorHiring) > 0 && !word) score -= 0.4;
    if (text.contains('$') || text.contains("€") || text.contains("£") || text.contains("₹")) score -= word ? 0.15 : 0.4;
    if (text.starts_with("©")) score -= 1;
    if (!word && isPlace(page, span)) score -= 0.8;
    if (c.hitCount(Topic::LegalForm) > 0 && !word) score -= 0.3;
    return score;
}

Cell classify(const Page& page, Span span) {
    Cell cell{.span = span};
    const auto text = page.slice(span);
    const Coverage c(page, span);
    const auto n = c.words.size();
    cell.titleWords = c.count(bit(Topic::TitleWord)) > 0;
    cell.companyWords = c.hitCount(Topic::LegalForm) > 0;
    if (n == 0) {
        cell.kind = isSalaryPart(page, span) ? CellKind::SalaryPart : CellKind::Empty;
        return cell;
    }
    if (isRating(text, c)) {
        cell.kind = CellKind::Rating;
        return cell;
    }
    // Names of icons shown as text where their font is missing: "location_on".
    if (text.contains('_') && !text.contains(' ')) {
        cell.kind = CellKind::Empty;
        return cell;
    }
    if (c.whole(Topic::Action) || c.all(bit(Topic::Action))) {
        cell.kind = CellKind::Action;
        return cell;
    }
    if (c.all(bit(Topic::NonOffer))) {
        cell.kind = CellKind::NonOffer;
        return cell;
    }
    if (readLabel(page, span, cell)) return cell;
    if (c.all(bit(Topic::WorkMode) | bit(Topic::ConnectorLocation), false)) {
        cell.kind = CellKind::WorkMode;
        const auto mode = findWorkMode(page, span);
        cell.remote = mode && mode->value == WorkMode::Remote;
        return cell;
    }
    const auto salary = c.numbers() > 0 ? findSalary(page, span) : std::nullopt;
    constexpr auto terms = bit(Topic::Employment) | bit(Topic::Seniority) | bit(Topic::WorkMode);
    if (!salary && c.all(terms) && c.numbers() <= 2 && c.count(terms) > 0) {
        cell.kind = CellKind::Terms;
        return cell;
    }
    constexpr auto posted = bit(Topic::PostedAgo) | bit(Topic::PostedToday) | bit(Topic::PostedYesterday) | bit(Topic::PostedWord) | bit(Topic::Month);
    if (c.all(posted) && c.count(posted & ~bit(Topic::PostedWord)) > 0) {
        cell.kind = CellKind::Posted;
        return cell;
    }
    if (c.all(bit(Topic::Badge) | bit(Topic::Action))) {
        cell.kind = CellKind::Badge;
        return cell;
    }
    if (c.whole(Topic::SalaryNone)) {
        cell.kind = CellKind::Badge;
        return cell;
    }
    if (salary) {
        if (salary->evidence.size() * 2 >= span.size()) {
            cell.kind = CellKind::Salary;
            return cell;
        }
    } else if (isSalaryPart(page, span)) {
        cell.kind = CellKind::SalaryPart;
        return cell;
    }
    if (isPlace(page, span)) {
        cell.kind = CellKind::Location;
        return cell;
    }
    const auto prose = c.hitCount(Topic::SentenceWord);
    if ((prose >= 2 && n >= 6) || n > 16 || (sentenceEnd(text) && n >= 4)) {
        cell.kind = CellKind::Prose;
        return cell;
    }
    // The name of a field alone: its value stands in the next cell.
    if (n <= 3 && c.whole(Topic::Label) && !cell.titleWords) {
        const auto label = std::ranges::find_if(c.hits, [&](const Hit& h) { return h.topic == Topic::Label && h.words == n; });
        cell.label = static_cast<LabelField>(label->value);
        const bool names = cell.label == LabelField::Company || cell.label == LabelField::Location || cell.label == LabelField::Salary || cell.label == LabelField::Title;
        cell.kind = cell.label == LabelField::Link ? CellKind::Action : names && c.words[0].capitalised ? CellKind::Labelled : CellKind::Badge;
        return cell;
    }
    // Most of the words are terms, a small one is left over: "Homeoffice möglich, Vollzeit".
    const auto names = [&] {
        for (std::size_t i = 0; i < n; ++i) {
            if ((c.topics[i] & terms) == 0 && (c.words[i].capitalised || c.words[i].number)) return true;
        }
        return false;
    };
    if (n >= 2 && c.count(terms) + 1 >= n && !cell.titleWords && !names()) {
        cell.kind = CellKind::Terms;
        return cell;
    }
    return cell;
}

std::optional<Proven<std::chrono::year_month_day>> findPosted(const Page& page, Span span, std::optional<std::chrono::sys_seconds> received) {
    if (!received) return std::nullopt;
    using namespace std::chrono;
    const auto day = floor<days>(*received);
    for (const auto& hit : page.hits(span)) {
        const auto evidence = page.spanOf(hit);
        if (hit.topic == Topic::PostedToday) return Proven<year_month_day>{day, evidence};
        if (hit.topic == Topic::PostedYesterday) return Proven<year_month_day>{day - days(1), evidence};
        if (hit.topic != Topic::PostedAgo) continue;
        int number = 1;
        for (const auto& word : page.words(evidence)) {
            if (!word.number) continue;
            number = 0;
            for (const char c : page.slice(word.span)) {
                if (c >= '0' && c <= '9' && number < 1000) number = number * 10 + (c - '0');
            }
        }
        switch (static_cast<AgoUnit>(hit.value)) {
            case AgoUnit::Minute: return Proven<year_month_day>{floor<days>(*received - minutes(number)), evidence};
            case AgoUnit::Hour: return Proven<year_month_day>{floor<days>(*received - hours(number)), evidence};
            case AgoUnit::Day: return Proven<year_month_day>{day - days(number), evidence};
            case AgoUnit::Week: return Proven<year_month_day>{day - weeks(number), evidence};
            case AgoUnit::Month: return Proven<year_month_day>{day - days(30 * number), evidence};
        }
    }
    return std::nullopt;
}

std::optional<Proven<WorkMode>> findWorkMode(const Page& page, Span span) {
    std::optional<Proven<WorkMode>> best;
    // "Hybrid remote" is hybrid; a longer phrase says more than a shorter one.
    std::size_t words = 0;
    for (const auto& hit : page.hits(span)) {
        if (hit.topic != Topic::WorkMode) continue;
        const auto mode = static_cast<WorkMode>(hit.value);
        const bool wins = !best || hit.words > words || (hit.words == words && mode == WorkMode::Hybrid);
        if (!wins) continue;
        best = Proven<WorkMode>{mode, page.spanOf(hit)};
        words = hit.words;
    }
    return best;
}

std::optional<Proven<EmploymentType>> findEmployment(const Page& page, Span span) {
    std::optional<Proven<EmploymentType>> permanent;
    for (const auto& hit : page.hits(span)) {
        if (hit.topic != Topic::Employment) continue;
        if (hit.value != permanentEmployment) return Proven<EmploymentType>{static_cast<EmploymentType>(hit.value), page.spanOf(hit)};
        if (!permanent) permanent = Proven<EmploymentType>{EmploymentType::FullTime, page.spanOf(hit)};
    }
    return permanent;
}

std::optional<Proven<Seniority>> findSeniority(const Page& page, Span span) {
    std::optional<Proven<Seniority>> found;
    for (const auto& hit : page.hits(span)) {
        if (hit.topic != Topic::Seniority) continue;
        const auto rank = static_cast<Seniority>(hit.value);
        // "Senior Manager": the manager's rank says more than the adjective.
        if (!found || rank > found->value) found = Proven<Seniority>{rank, page.spanOf(hit)};
    }
    return found;
}

std::vector<Span> splitFields(const Page& page, Span span) {
    static constexpr std::array<std::string_view, 8> marks = {"  ", "\t", " · ", "·", " | ", "|", "•", " ∙ "};
    std::vector<Span> fields;
    const auto text = page.slice(span);
    std::size_t begin = 0;
    const auto add = [&](std::size_t end) {
        const auto field = trimField(page.text(), {span.begin + static_cast<std::uint32_t>(begin), span.begin + static_cast<std::uint32_t>(end)});
        if (!field.empty()) fields.push_back(field);
    };
    for (std::size_t at = 0; at < text.size();) {
        // Letters and digits begin no mark.
        const char c = text[at];
        if (c != ' ' && c != '|' && c != '\t' && (static_cast<unsigned char>(c) & 0x80) == 0) {
            ++at;
            continue;
        }
        const auto mark = std::ranges::find_if(marks, [&](std::string_view m) { return text.substr(at).starts_with(m); });
        if (mark == marks.end()) {
            ++at;
            continue;
        }
        add(at);
        at += mark->size();
        begin = at;
    }
    add(text.size());
    return fields;
}

std::vector<Span> dashes(const Page& page, Span span) {
    std::vector<Span> found;
    const auto text = page.slice(span);
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        if (text[at - 1] != ' ') continue;
        for (const std::string_view mark : {"-", "–", "—"}) {
            if (!text.substr(at).starts_with(mark)) continue;
            const auto after = at + mark.size();
            if ((after >= text.size() || text[after] == ' ')) {
                found.push_back({span.begin + static_cast<std::uint32_t>(at - 1), span.begin + static_cast<std::uint32_t>(std::min(after + 1, text.size()))});
            }
        }
    }
    return found;
}

}  // namespace nextjob::analyse
