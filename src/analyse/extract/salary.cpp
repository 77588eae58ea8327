#include "analyse/extract/salary.hpp"

#include "text/find_any.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nextjob::analyse {

namespace {

struct CurrencyForm {
    std::string_view form;  // lower case
    std::string_view code;  // ISO 4217; empty where the sign has several
};

// Longer forms before the signs that they hold.
constexpr CurrencyForm currencies[] = {
    {"us$", "USD"},   {"ca$", "CAD"},  {"c$", "CAD"},      {"a$", "AUD"},  {"au$", "AUD"}, {"nz$", "NZD"},
    {"s$", "SGD"},    {"hk$", "HKD"},  {"r$", "BRL"},      {"$", "USD"},   {"€", "EUR"},   {"£", "GBP"},
    {"¥", "JPY"},     {"₹", "INR"},    {"₴", "UAH"},       {"₽", "RUB"},   {"₺", "TRY"},   {"₪", "ILS"},
    {"₩", "KRW"},     {"₸", "KZT"},    {"zł", "PLN"},      {"zl", "PLN"},  {"kč", "CZK"},  {"fr.", "CHF"},
    {"usd", "USD"},   {"eur", "EUR"},  {"gbp", "GBP"},     {"pln", "PLN"}, {"chf", "CHF"}, {"uah", "UAH"},
    {"rub", "RUB"},   {"czk", "CZK"},  {"sek", "SEK"},     {"nok", "NOK"}, {"dkk", "DKK"}, {"inr", "INR"},
    {"cad", "CAD"},   {"aud", "AUD"},  {"brl", "BRL"},     {"huf", "HUF"}, {"ron", "RON"}, {"jpy", "JPY"},
    {"sgd", "SGD"},   {"aed", "AED"},  {"ils", "ILS"},     {"mxn", "MXN"}, {"zar", "ZAR"}, {"kzt", "KZT"},
    {"euros", "EUR"}, {"euro", "EUR"}, {"dollars", "USD"}, {"руб", "RUB"}, {"грн", "UAH"}, {"rs.", "INR"},
    {"lpa", "INR"},   {"kr", ""},
};

bool beginsCurrency(char first) {
    static const auto table = [] {
        std::array<bool, 256> begins{};
        for (const auto& currency : currencies) begins[static_cast<unsigned char>(currency.form[0])] = true;
        return begins;
    }();
    return table[static_cast<unsigned char>(first)];
}

enum class TokenKind : std::uint8_t { Number, Currency, Dash, Word, Break };

struct Token {
    TokenKind kind;
    Span span;
    double amount = 0;
    double scale = 1;  // "k", "L"
    std::string_view code;
};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Digits with their grouping marks; a group is exactly three digits. Returns where the number ends.
std::size_t readNumber(std::string_view text, std::size_t at, double& amount) {
    amount = 0;
    const auto groupAt = [&](std::size_t i) {
        return i + 2 < text.size() && digit(text[i]) && digit(text[i + 1]) && digit(text[i + 2])
               && (i + 3 >= text.size() || !digit(text[i + 3]));
    };
    std::size_t digits = 0;
    while (at < text.size() && digit(text[at]) && digits < 12) {
        amount = amount * 10 + (text[at++] - '0');
        ++digits;
    }
    while (at < text.size() && std::string_view(" .,'").contains(text[at]) && digits <= 12 && groupAt(at + 1)) {
        for (std::size_t i = at + 1; i < at + 4; ++i) amount = amount * 10 + (text[i] - '0');
        at += 4;
        digits += 3;
    }
    if (at + 1 < text.size() && (text[at] == '.' || text[at] == ',') && digit(text[at + 1])) {
        double unit = 0.1;
        for (++at; at < text.size() && digit(text[at]); ++at, unit /= 10) amount += (text[at] - '0') * unit;
    }
    return at;
}

struct Scale {
    std::string_view form;
    double factor;
};
constexpr Scale scales[] = {{"тыс.", 1e3}, {"тыс", 1e3},  {"тис.", 1e3}, {"тис", 1e3}, {"tys.", 1e3},  {"tys", 1e3},
                            {"tsd.", 1e3}, {"mio", 1e6},  {"mln", 1e6},  {"млн", 1e6}, {"lakhs", 1e5}, {"lakh", 1e5},
                            {"lpa", 1e5},  {"lacs", 1e5}, {"k€", 1e3},   {"k", 1e3},   {"m", 1e6},     {"l", 1e5}};

// Reads the salary's tokens out of a span; words stay for the lexicon.
std::vector<Token> tokens(const Page& page, Span span) {
    const std::string folded = foldCase(page.slice(span));
    // Folding may change lengths in rare scripts; then offsets can't be mapped back and nothing is read.
    if (folded.size() != span.size()) return {};
    std::vector<Token> list;
    for (std::size_t at = 0; at < folded.size() && list.size() < 200;) {
        const auto rest = std::string_view(folded).substr(at);
        const auto place = [&](std::size_t size) {
            return Span{span.begin + static_cast<std::uint32_t>(at),
                        span.begin + static_cast<std::uint32_t>(at + size)};
        };
        if (digit(rest[0])) {
            Token token{TokenKind::Number, {}, 0, 1, {}};
            auto end = readNumber(folded, at, token.amount);
            auto suffix = end < folded.size() && folded[end] == ' ' ? end + 1 : end;
            for (const auto& scale : scales) {
                const auto after = suffix + scale.form.size();
                const bool far = suffix != end && scale.form.size() < 3;
                if (far || !std::string_view(folded).substr(suffix).starts_with(scale.form)) continue;
                if (scale.form.back() != '.' && after < folded.size() && letter(folded[after])
                    && !std::string_view(folded).substr(after).starts_with("€"))
                    continue;
                token.scale = scale.factor;
                end = scale.form == "k€" || scale.form == "lpa" ? suffix + 1 : after;
                if (scale.form == "lpa") end = suffix;
                break;
            }
            if (end < folded.size() && (folded[end] == '%' || std::string_view(folded).substr(end).starts_with(" %"))) {
                list.push_back({TokenKind::Break, place(end - at), 0, 1, {}});
            } else {
                token.span = place(end - at);
                list.push_back(token);
            }
            at = end;
            continue;
        }
        const auto* form = !beginsCurrency(rest[0])
                               ? std::end(currencies)
                               : std::ranges::find_if(currencies, [&](const CurrencyForm& c) {
                                     if (!rest.starts_with(c.form)) return false;
                                     if (!letter(c.form.front()) || (static_cast<unsigned char>(c.form[0]) == 0xE2))
                                         return true;
                                     const bool begins = at == 0 || !letter(folded[at - 1]);
                                     const bool ends = c.form.size() >= rest.size() || !letter(rest[c.form.size()])
                                                       || c.form == "руб" || c.form.back() == '$';
                                     return begins && ends;
                                 });
        if (form != std::end(currencies)) {
            list.push_back({TokenKind::Currency, place(form->form.size()), 0, 1, form->code});
            at += form->form.size();
            // "руб." and "рублей" are one word.
            while (form->form == "руб" && at < folded.size() && (letter(folded[at]) || folded[at] == '.'))
                list.back().span.end = span.begin + static_cast<std::uint32_t>(++at);
            continue;
        }
        if (rest[0] == '-' || rest.starts_with("–") || rest.starts_with("—")) {
            const std::size_t size = rest[0] == '-' ? 1 : 3;
            list.push_back({TokenKind::Dash, place(size), 0, 1, {}});
            at += size;
            continue;
        }
        if (letter(rest[0])) {
            auto size = std::size_t{0};
            while (size < rest.size() && (letter(rest[size]) || digit(rest[size]))) ++size;
            list.push_back({TokenKind::Word, place(size), 0, 1, {}});
            at += size;
            continue;
        }
        if (std::string_view("|•;·").contains(rest[0]) || rest.starts_with("•") || rest.starts_with("·")) {
            list.push_back({TokenKind::Break, place(1), 0, 1, {}});
        }
        ++at;
    }
    return list;
}

bool isSalaryTopic(Topic topic) {
    return topic == Topic::SalaryPeriod || topic == Topic::SalaryFrom || topic == Topic::SalaryTo
           || topic == Topic::SalaryEstimate || topic == Topic::SalaryWord;
}

// A maximal run of salary tokens: what may be one salary.
struct Run {
    Span span;
    std::vector<double> amounts;
    std::vector<bool> scaled;
    std::string_view code;
    bool currency = false, from = false, to = false, dash = false;
    std::optional<SalaryPeriod> period;
    bool spelledPeriod = false;  // by more than a letter or two, which stand for much else
    double largestScale = 1;
};

std::vector<Run> runs(const Page& page, Span span) {
    if (!text::holdsDigit(page.slice(span))) return {};
    const auto list = tokens(page, span);
    const auto hits = page.hits(span);
    std::vector<Run> found;
    Run run;
    const auto close = [&] {
        if (!run.amounts.empty()) found.push_back(run);
        run = {};
    };
    const auto extend = [&](Span more) {
        if (run.span.empty()) run.span = more;
        run.span.end = more.end;
    };
    for (const auto& token : list) {
        switch (token.kind) {
            case TokenKind::Number:
                if (run.amounts.size() >= 2) close();
                extend(token.span);
                run.amounts.push_back(token.amount * token.scale);
                run.scaled.push_back(token.scale > 1);
                run.largestScale = std::max(run.largestScale, token.scale);
                break;
            case TokenKind::Currency:
                extend(token.span);
                run.currency = true;
                if (run.code.empty()) run.code = token.code;
                break;
            case TokenKind::Dash:
                if (!run.amounts.empty()) run.dash = true;
                break;
            case TokenKind::Break: close(); break;
            case TokenKind::Word: {
                const auto hit = std::ranges::find_if(
                    hits, [&](const Hit& h) { return isSalaryTopic(h.topic) && page.spanOf(h).contains(token.span); });
                if (hit == hits.end()) {
                    // "a", "an", "per", "par": the period's own phrase covers most; one short word may link.
                    if (token.span.size() > 4) close();
                    break;
                }
                if (hit->topic == Topic::SalaryWord && run.amounts.empty()) break;
                if (hit->topic == Topic::SalaryFrom) run.from = true;
                if (hit->topic == Topic::SalaryTo) run.to = true;
                if (hit->topic == Topic::SalaryPeriod) {
                    run.period = static_cast<SalaryPeriod>(hit->value);
                    run.spelledPeriod = run.spelledPeriod || page.spanOf(*hit).size() > 2;
                }
                if (!run.amounts.empty() || run.from || run.to || run.currency) extend(page.spanOf(*hit));
                break;
            }
        }
    }
    close();
    return found;
}

// "120-160k": the scale of one amount is the other's, too.
void shareScale(Run& run) {
    if (run.amounts.size() == 2 && run.scaled[0] != run.scaled[1] && run.largestScale > 1) {
        auto& plain = run.scaled[0] ? run.amounts[1] : run.amounts[0];
        if (plain < 1000) plain *= run.largestScale;
    }
}

}  // namespace

std::optional<Proven<Salary>> findSalary(const Page& page, Span span) {
    for (auto& run : runs(page, span)) {
        shareScale(run);
        const double largest = *std::ranges::max_element(run.amounts);
        const bool plausible = run.currency
                                   ? largest >= 5
                                   : run.period && run.spelledPeriod && largest >= 8 && (run.dash || largest >= 1000);
        if (!plausible || !std::isfinite(largest)) continue;
        if (run.code.empty() && !run.currency && *run.period == SalaryPeriod::Hour && largest > 1000) continue;
        auto words = run.span;
        if (const auto next = page.slice({words.end, span.end}); next.starts_with(")")) {
            if (page.slice(words).contains('(')) ++words.end;
        } else if (next.starts_with(".)") && page.slice(words).contains('(')) {
            words.end += 2;
        }
        Salary salary{.verbatim = std::string(page.slice(words)),
                      .minimum = {},
                      .maximum = {},
                      .currency = std::string(run.code),
                      .period = run.period};
        const auto [low, high] = std::ranges::minmax(run.amounts);
        if (!(run.to && run.amounts.size() == 1)) salary.minimum = low;
        if (!(run.from && run.amounts.size() == 1)) salary.maximum = high;
        return Proven<Salary>{std::move(salary), words};
    }
    return std::nullopt;
}

bool isSalaryPart(const Page& page, Span span) {
    const auto words = page.words(span);
    if (words.size() > 5) return false;
    const auto text = page.slice(span);
    const bool sign = std::ranges::any_of(
        text, [](char c) { return digit(c) || c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0; });
    if (!sign && words.empty()) return false;
    const auto hits = page.hits(span);
    const auto list = tokens(page, span);
    bool number = false, currency = false, other = false, bound = false;
    for (const auto& token : list) {
        if (token.kind == TokenKind::Number) number = true;
        if (token.kind == TokenKind::Currency) currency = true;
        if (token.kind != TokenKind::Word) continue;
        const auto hit = std::ranges::find_if(
            hits, [&](const Hit& h) { return isSalaryTopic(h.topic) && page.spanOf(h).contains(token.span); });
        if (hit == hits.end())
            other = true;
        else
            bound = bound || hit->topic == Topic::SalaryFrom || hit->topic == Topic::SalaryTo
                    || hit->topic == Topic::SalaryPeriod;
    }
    if (other) return false;
    return (number && bound) || (currency && !number) || (bound && !number && words.size() <= 3);
}

}  // namespace nextjob::analyse
