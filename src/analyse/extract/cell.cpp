#include "analyse/extract/cell.hpp"

#include "analyse/extract/coverage.hpp"
#include "analyse/extract/salary.hpp"

#include <algorithm>
#include <array>

namespace nextjob::analyse {

namespace {

struct EmojiLabel {
    std::string_view emoji;
    LabelField field;
};
constexpr EmojiLabel emojiLabels[] = {
    {"📍", LabelField::Location},   {"🌍", LabelField::Location},   {"🌎", LabelField::Location},
    {"🌏", LabelField::Location},   {"🗺", LabelField::Location},   {"🏢", LabelField::Company},
    {"🏭", LabelField::Company},    {"🏬", LabelField::Company},    {"🏦", LabelField::Company},
    {"💰", LabelField::Salary},     {"💵", LabelField::Salary},     {"💶", LabelField::Salary},
    {"💷", LabelField::Salary},     {"💸", LabelField::Salary},     {"🕐", LabelField::Posted},
    {"🕒", LabelField::Posted},     {"📅", LabelField::Posted},     {"🗓", LabelField::Posted},
    {"⏰", LabelField::Employment}, {"📄", LabelField::Employment}, {"🏠", LabelField::Location},
    {"🔗", LabelField::Link},       {"👉", LabelField::Link},
};

bool sentenceEnd(std::string_view text) {
    if (text.ends_with("…") || text.ends_with("...")) return true;
    if (text.empty() || !std::string_view(".!?").contains(text.back())) return false;
    // "Inc.", "Sr." and initials end in a full stop, too.
    const auto space = text.find_last_of(' ');
    const auto last = space == std::string_view::npos ? text : text.substr(space + 1);
    return text.back() != '.' || (last.size() > 5 && last.find('.') == last.size() - 1);
}

// "Label: value" by one of the lexicon's labels, or an icon that senders put before a field.
bool readLabel(const Page& page, Span span, Cell& cell) {
    const auto text = page.slice(span);
    // Emoji begin with these bytes of UTF-8, letters of the languages we read do not.
    const bool symbol = text.starts_with('\xF0') || text.starts_with('\xE2');
    for (const auto& [emoji, field] : emojiLabels) {
        if (!symbol) break;
        if (!text.starts_with(emoji)) continue;
        cell.kind = CellKind::Labelled;
        cell.label = field;
        const auto words = page.words(span);
        if (words.empty()) return false;
        auto begin = words.front().span.begin;
        for (const std::string_view sign : {"$", "€", "£", "₹"}) {
            if (begin >= sign.size() && page.slice({begin - static_cast<std::uint32_t>(sign.size()), begin}) == sign)
                begin -= static_cast<std::uint32_t>(sign.size());
        }
        cell.value = trimField(page.text(), {begin, span.end});
        return true;
    }
    const auto colon = text.substr(0, 60).find(':');
    if (colon == std::string_view::npos || text.substr(colon).starts_with("://")) return false;
    const Span before{span.begin, span.begin + static_cast<std::uint32_t>(colon)};
    const Coverage label(page, before);
    const auto hit = std::ranges::find_if(
        label.hits, [&](const Hit& h) { return h.topic == Topic::Label && h.words == label.words.size(); });
    if (hit == label.hits.end()) return false;
    cell.kind = CellKind::Labelled;
    cell.label = static_cast<LabelField>(hit->value);
    cell.value = trimField(page.text(), {before.end + 1, span.end});
    return true;
}

bool isRating(std::string_view text, const Coverage& words) {
    if (words.words.empty() || words.words.size() > 3 || words.numbers() != words.words.size()) return false;
    if (text.contains("★") || text.contains("⭐") || text.contains("/5")) return true;
    return text.size() <= 3 && text[0] >= '0' && text[0] <= '5'
           && (text.size() == 1 || text[1] == '.' || text[1] == ',');
}

}  // namespace

bool endsRecord(const Page& page, Span span) {
    const Coverage c(page, span);
    if (c.has(Topic::Announced)) return true;
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
    if (n == 0 || length < 3 || length > 180 || n > 24 || text.starts_with("http") || text.starts_with("www."))
        return -1;
    const auto whole = [&](Topic topic) { return c.whole(topic) || c.all(bit(topic)); };
    if (whole(Topic::NonOffer) || whole(Topic::Action) || whole(Topic::Badge)) return -2;
    if (c.all(bit(Topic::WorkMode) | bit(Topic::Employment) | bit(Topic::Badge))) return -1;
    double score = 0;
    const bool word = c.has(Topic::TitleWord);
    const bool hint = c.has(Topic::TitleHint);
    const bool rank = c.has(Topic::Seniority);
    if (word) score += 0.6;
    if (hint) score += word ? 0.1 : 0.25;
    if (rank) score += word ? 0.1 : 0.2;
    if (c.has(Topic::GenderMark)) score += 0.5;
    if (length > 110) score -= 0.3;
    if (n > 14) score -= 0.2;
    if (!c.words[0].capitalised && !c.words[0].number) score -= 0.15;
    const auto prose = c.hitCount(Topic::SentenceWord);
    if (prose >= 2) score -= 0.25 * static_cast<double>(std::min<std::size_t>(prose, 4));
    if (sentenceEnd(text)) score -= 0.5;
    if (text.ends_with(':')) score -= 0.6;
    bool at = false, money = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        at = at || text[i] == '@';
        money = money || text[i] == '$'
                || (text[i] == '\xE2' && (text.substr(i).starts_with("€") || text.substr(i).starts_with("₹")))
                || (text[i] == '\xC2' && text.substr(i).starts_with("£"));
    }
    if (at && text.contains('.')) score -= 0.5;
    if (c.has(Topic::Announced)) score -= 1;
    // "Jobs similar to …", "Your job alert for …": what begins so heads a list.
    const auto begins = [&](Topic topic) {
        return std::ranges::any_of(
            c.hits, [&](const Hit& h) { return h.topic == topic && h.word == c.firstWord && h.words > 1; });
    };
    if (begins(Topic::NonOffer) || begins(Topic::Kind))
        score -= 1.2;
    else if (c.has(Topic::NonOffer) || c.has(Topic::Kind))
        score -= 0.4;
    if (c.has(Topic::ConnectorHiring) && !word) score -= 0.4;
    if (money) score -= word ? 0.15 : 0.4;
    if (text.starts_with("©")) score -= 1;
    if (!word && isPlace(page, span)) score -= 0.8;
    if (c.has(Topic::LegalForm) && !word) score -= 0.3;
    return score;
}

namespace {

constexpr auto termTopics = bit(Topic::Employment) | bit(Topic::Seniority) | bit(Topic::WorkMode);

// What the lexicon has whole phrases for.
std::optional<CellKind> phraseKind(std::string_view text, const Coverage& c) {
    if (isRating(text, c)) return CellKind::Rating;
    // Names of icons shown as text where their font is missing: "location_on".
    if (text.contains('_') && !text.contains(' ')) return CellKind::Empty;
    if (c.whole(Topic::Action) || c.all(bit(Topic::Action))) return CellKind::Action;
    if (c.all(bit(Topic::NonOffer))) return CellKind::NonOffer;
    return std::nullopt;
}

// What states one fact of an offer: how and when one works, for how much, where.
std::optional<CellKind> factKind(const Page& page, Span span, const Coverage& c) {
    constexpr auto posted = bit(Topic::PostedAgo) | bit(Topic::PostedToday) | bit(Topic::PostedYesterday)
                            | bit(Topic::PostedWord) | bit(Topic::Month);
    if (c.all(bit(Topic::WorkMode) | bit(Topic::ConnectorLocation), false)) return CellKind::WorkMode;
    const auto salary = c.numbers() > 0 ? findSalary(page, span) : std::nullopt;
    if (!salary && c.all(termTopics) && c.numbers() <= 2) return CellKind::Terms;
    if (c.all(posted) && c.count(posted & ~bit(Topic::PostedWord)) > 0) return CellKind::Posted;
    if (c.all(bit(Topic::Badge) | bit(Topic::Action)) || c.whole(Topic::SalaryNone)) return CellKind::Badge;
    if (salary && salary->evidence.size() * 2 >= span.size()) return CellKind::Salary;
    if (!salary && isSalaryPart(page, span)) return CellKind::SalaryPart;
    if (isPlace(page, span)) return CellKind::Location;
    return std::nullopt;
}

bool isProse(std::string_view text, const Coverage& c) {
    const auto n = c.words.size();
    return (n >= 6 && c.hitCount(Topic::SentenceWord) >= 2) || n > 16 || (sentenceEnd(text) && n >= 4);
}

// The name of a field alone: its value stands in the next cell.
bool readFieldName(const Coverage& c, Cell& cell) {
    const auto n = c.words.size();
    if (n > 3 || !c.whole(Topic::Label) || cell.titleWords) return false;
    const auto name =
        std::ranges::find_if(c.hits, [n](const Hit& h) { return h.topic == Topic::Label && h.words == n; });
    cell.label = static_cast<LabelField>(name->value);
    const bool read = cell.label == LabelField::Company || cell.label == LabelField::Location
                      || cell.label == LabelField::Salary || cell.label == LabelField::Title;
    cell.kind = cell.label == LabelField::Link        ? CellKind::Action
                : read && c.words.front().capitalised ? CellKind::Labelled
                                                      : CellKind::Badge;
    return true;
}

// Most of the words are terms, a small one is left over: "Homeoffice möglich, Vollzeit".
bool mostlyTerms(const Coverage& c) {
    const auto n = c.words.size();
    if (n < 2 || c.count(termTopics) + 1 < n) return false;
    for (std::size_t i = 0; i < n; ++i) {
        if ((c.topics[i] & termTopics) == 0 && (c.words[i].capitalised || c.words[i].number)) return false;
    }
    return true;
}

}  // namespace

Cell classify(const Page& page, Span span) {
    Cell cell{.span = span};
    const Coverage c(page, span);
    const auto text = page.slice(span);
    cell.titleWords = c.has(Topic::TitleWord);
    cell.companyWords = c.has(Topic::LegalForm);
    if (c.words.empty()) {
        cell.kind = isSalaryPart(page, span) ? CellKind::SalaryPart : CellKind::Empty;
        return cell;
    }
    if (const auto phrase = phraseKind(text, c)) {
        cell.kind = *phrase;
        return cell;
    }
    if (readLabel(page, span, cell)) return cell;
    if (const auto fact = factKind(page, span, c)) {
        cell.kind = *fact;
        const auto mode = *fact == CellKind::WorkMode ? findWorkMode(page, span) : std::nullopt;
        cell.remote = mode && mode->value == WorkMode::Remote;
        return cell;
    }
    if (isProse(text, c))
        cell.kind = CellKind::Prose;
    else if (!readFieldName(c, cell) && !cell.titleWords && mostlyTerms(c))
        cell.kind = CellKind::Terms;
    return cell;
}

namespace {

bool beginsMark(char c) { return c == ' ' || c == '|' || c == '\t' || c == '\xC2' || c == '\xE2'; }

}  // namespace

std::vector<Span> splitFields(const Page& page, Span span) {
    static constexpr std::array<std::string_view, 8> marks = {"  ", "\t", " · ", "·", " | ", "|", "•", " ∙ "};
    std::vector<Span> fields;
    const auto text = page.slice(span);
    std::size_t begin = 0;
    const auto add = [&](std::size_t end) {
        const auto field = trimField(page.text(), {span.begin + static_cast<std::uint32_t>(begin),
                                                   span.begin + static_cast<std::uint32_t>(end)});
        if (!field.empty()) fields.push_back(field);
    };
    for (std::size_t at = 0; at < text.size();) {
        // Letters and digits begin no mark, and a space only before another mark's byte.
        const char c = text[at];
        const bool space = c == ' ' && at + 1 < text.size() && beginsMark(text[at + 1]);
        if (!space && (c == ' ' || !beginsMark(c))) {
            ++at;
            continue;
        }
        const auto mark =
            std::ranges::find_if(marks, [&](std::string_view m) { return text.substr(at).starts_with(m); });
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
        if ((text[at] != '-' && text[at] != '\xE2') || text[at - 1] != ' ') continue;
        const auto sign = text.substr(at, text[at] == '-' ? 1 : 3);
        if (sign != "-" && sign != "–" && sign != "—") continue;
        const auto after = at + sign.size();
        if (after >= text.size() || text[after] == ' ') {
            found.push_back({span.begin + static_cast<std::uint32_t>(at - 1),
                             span.begin + static_cast<std::uint32_t>(std::min(after + 1, text.size()))});
        }
    }
    return found;
}

}  // namespace nextjob::analyse
