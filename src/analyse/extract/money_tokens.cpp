#include "analyse/extract/money_tokens.hpp"

#include "analyse/extract/words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace nextjob::analyse {

namespace {

constexpr std::size_t mostTokens = 200;
constexpr std::size_t mostDigits = 12;

struct CurrencyForm {
    std::string_view form;  // lower case
    std::string_view code;
};

// By first byte, so that a text's byte leads to the few forms that may stand there; longer forms before those that
// they begin with.
constexpr CurrencyForm currencies[] = {
    {"$", "USD"},       {"a$", "AUD"},    {"au$", "AUD"},  {"aud", "AUD"}, {"aed", "AED"}, {"brl", "BRL"},
    {"c$", "CAD"},      {"ca$", "CAD"},   {"cad", "CAD"},  {"chf", "CHF"}, {"czk", "CZK"}, {"dkk", "DKK"},
    {"dollars", "USD"}, {"euros", "EUR"}, {"euro", "EUR"}, {"eur", "EUR"}, {"fr.", "CHF"}, {"gbp", "GBP"},
    {"hk$", "HKD"},     {"huf", "HUF"},   {"ils", "ILS"},  {"inr", "INR"}, {"jpy", "JPY"}, {"kč", "CZK"},
    {"kr", ""},         {"kzt", "KZT"},   {"lpa", "INR"},  {"mxn", "MXN"}, {"nok", "NOK"}, {"nz$", "NZD"},
    {"pln", "PLN"},     {"r$", "BRL"},    {"ron", "RON"},  {"rs.", "INR"}, {"rs", "INR"},  {"rub", "RUB"},
    {"rupees", "INR"},  {"s$", "SGD"},    {"sek", "SEK"},  {"sgd", "SGD"}, {"uah", "UAH"}, {"us$", "USD"},
    {"usd", "USD"},     {"zar", "ZAR"},   {"zł", "PLN"},   {"zl", "PLN"},  {"£", "GBP"},   {"¥", "JPY"},
    {"грн", "UAH"},     {"руб", "RUB"},   {"€", "EUR"},    {"₹", "INR"},   {"₴", "UAH"},   {"₽", "RUB"},
    {"₺", "TRY"},       {"₪", "ILS"},     {"₩", "KRW"},    {"₸", "KZT"},
};
constexpr std::string_view roubles = "руб";  // "руб." and "рублей" are one word
constexpr std::string_view rupees = "rs";    // stands for much else where no large amount follows
constexpr double leastRupees = 1000;

std::span<const CurrencyForm> currenciesFrom(char first) {
    static const auto table = [] {
        std::array<std::span<const CurrencyForm>, 256> byFirst{};
        for (const auto* form = std::begin(currencies); form != std::end(currencies);) {
            const auto* next = std::find_if(form, std::end(currencies), [form](const CurrencyForm& other) {
                return other.form[0] != form->form[0];
            });
            byFirst[static_cast<unsigned char>(form->form[0])] = {form, next};
            form = next;
        }
        return byFirst;
    }();
    return table[static_cast<unsigned char>(first)];
}

struct Scale {
    std::string_view form;
    double factor;
    std::string_view code = {};  // of the one currency that is counted so
};
constexpr Scale scales[] = {{"тыс.", 1e3},
                            {"тыс", 1e3},
                            {"тис.", 1e3},
                            {"тис", 1e3},
                            {"tys.", 1e3},
                            {"tys", 1e3},
                            {"tsd.", 1e3},
                            {"mio", 1e6},
                            {"mln", 1e6},
                            {"млн", 1e6},
                            {"lakhs", 1e5, "INR"},
                            {"lakh", 1e5, "INR"},
                            {"lpa", 1e5},
                            {"lacs", 1e5, "INR"},
                            {"lac", 1e5, "INR"},
                            {"crores", 1e7, "INR"},
                            {"crore", 1e7, "INR"},
                            {"cr", 1e7, "INR"},
                            {"k€", 1e3},
                            {"k", 1e3},
                            {"m", 1e6},
                            {"l", 1e5}};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}
// Signs above ASCII count as letters to their neighbours, but stand wherever they like.
bool isSign(std::string_view form) {
    return !letter(form[0]) || static_cast<unsigned char>(form[0]) == 0xE2
           || static_cast<unsigned char>(form[0]) == 0xC2;
}

class MoneyCutter {
  public:
    MoneyCutter(std::string_view folded, std::uint32_t base) : text_(folded), base_(base) {}

    std::vector<MoneyToken> cut() {
        while (at_ < text_.size() && tokens_.size() < mostTokens) {
            if (!number() && !currency() && !dash() && !word() && !mark()) ++at_;
        }
        return std::move(tokens_);
    }

  private:
    std::string_view rest() const { return text_.substr(at_); }
    bool digitAt(std::size_t i) const { return i < text_.size() && digit(text_[i]); }
    bool letterAt(std::size_t i) const { return i < text_.size() && letter(text_[i]); }

    MoneyToken& take(MoneyTokenKind kind, std::size_t size) {
        const auto begin = base_ + static_cast<std::uint32_t>(at_);
        at_ += size;
        return tokens_.emplace_back(
            MoneyToken{.kind = kind, .span = {begin, begin + static_cast<std::uint32_t>(size)}, .code = {}});
    }

    bool number() {
        if (!digit(text_[at_])) return false;
        double amount = 0;
        Scale scale{.form = {}, .factor = 1};
        const auto end = endOfScale(endOfNumber(at_, amount), scale);
        const auto after = text_.substr(end);
        if (after.starts_with('%') || after.starts_with(" %")) {
            take(MoneyTokenKind::Break, end - at_);
            return true;
        }
        auto& token = take(MoneyTokenKind::Number, end - at_);
        token.amount = amount;
        token.scale = scale.factor;
        token.code = scale.code;
        return true;
    }

    // Digits with their grouping marks, three to a group, or two to a group before the last three ("5,00,000").
    std::size_t endOfNumber(std::size_t at, double& amount) const {
        std::size_t digits = 0;
        const auto read = [&](std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) amount = amount * 10 + (text_[at++] - '0');
            digits += count;
        };
        while (digitAt(at) && digits < mostDigits) read(1);
        while (at < text_.size() && std::string_view(" .,'").contains(text_[at]) && digits <= mostDigits) {
            const auto size = groupAt(at + 1, 3) ? 3U : text_[at] == ',' && pairsAt(at) ? 2U : 0U;
            if (size == 0) break;
            ++at;
            read(size);
        }
        if (at + 1 < text_.size() && (text_[at] == '.' || text_[at] == ',') && digitAt(at + 1)) {
            double unit = 1;
            for (++at; digitAt(at); ++at) {
                unit /= 10;
                amount += (text_[at] - '0') * unit;
            }
        }
        return at;
    }

    bool groupAt(std::size_t at, std::size_t size) const {
        for (std::size_t i = 0; i < size; ++i) {
            if (!digitAt(at + i)) return false;
        }
        return !digitAt(at + size);
    }

    // ",00,000": pairs up to a group of three.
    bool pairsAt(std::size_t at) const {
        std::size_t pairs = 0;
        for (; at < text_.size() && text_[at] == ',' && groupAt(at + 1, 2) && pairs < mostDigits / 2; at += 3) ++pairs;
        return pairs > 0 && at < text_.size() && text_[at] == ',' && groupAt(at + 1, 3);
    }

    // "k", " tys.", " lakh" behind a number that ends at `end`.
    std::size_t endOfScale(std::size_t end, Scale& read) const {
        const bool apart = end < text_.size() && text_[end] == ' ';
        const auto begin = apart ? end + 1 : end;
        const auto suffix = text_.substr(begin);
        for (const auto& scale : scales) {
            const auto form = scale.form;
            if ((apart && form.size() < 3 && form != "cr") || !suffix.starts_with(form)) continue;
            const auto after = begin + form.size();
            // A word goes on; dashes and signs of currencies begin with that byte.
            const bool longer = form.back() != '.' && letterAt(after) && text_[after] != '\xE2';
            if (longer) continue;
            read = scale;
            // The currency that is a scale, too, is read again as currency.
            return form == "lpa" ? begin : form == "k€" ? begin + 1 : after;
        }
        return end;
    }

    bool currency() {
        const auto forms = currenciesFrom(text_[at_]);
        const auto found = std::ranges::find_if(forms, [&](const CurrencyForm& c) { return standsHere(c.form); });
        if (found == forms.end()) return false;
        take(MoneyTokenKind::Currency, found->form.size()).code = found->code;
        while (found->form == roubles && at_ < text_.size() && (letter(text_[at_]) || text_[at_] == '.'))
            tokens_.back().span.end = base_ + static_cast<std::uint32_t>(++at_);
        return true;
    }

    bool standsHere(std::string_view form) const {
        if (!rest().starts_with(form)) return false;
        if (isSign(form)) return true;
        if (form == rupees && !beforeLargeAmount(at_ + form.size())) return false;
        const bool begins = at_ == 0 || !letter(text_[at_ - 1]);
        const bool ends = !letterAt(at_ + form.size()) || form == roubles || form.back() == '$';
        return begins && ends;
    }

    bool beforeLargeAmount(std::size_t at) const {
        double amount = 0;
        endOfNumber(at < text_.size() && text_[at] == ' ' ? at + 1 : at, amount);
        return amount >= leastRupees;
    }

    bool dash() {
        for (const std::string_view form : {"-", "–", "—"}) {
            if (!rest().starts_with(form)) continue;
            take(MoneyTokenKind::Dash, form.size());
            return true;
        }
        return false;
    }

    bool word() {
        std::size_t size = 0;
        if (!letter(text_[at_])) return false;
        while (letterAt(at_ + size) || digitAt(at_ + size)) ++size;
        take(MoneyTokenKind::Word, size);
        return true;
    }

    // What parts fields ends an amount.
    bool mark() {
        if (!std::string_view("|;").contains(text_[at_])) return false;
        take(MoneyTokenKind::Break, 1);
        return true;
    }

    std::string_view text_;
    std::uint32_t base_;
    std::size_t at_ = 0;
    std::vector<MoneyToken> tokens_;
};

}  // namespace

std::vector<MoneyToken> cutMoney(std::string_view text, Span span) {
    const std::string folded = foldCase(text.substr(span.begin, span.size()));
    if (folded.size() != span.size()) return {};
    return MoneyCutter(folded, span.begin).cut();
}

bool holdsCurrencySign(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '$') return true;
        // "£" and "¥"; the block of currency signs.
        const auto next = i + 1 < text.size() ? text[i + 1] : '\0';
        if ((text[i] == '\xC2' && (next == '\xA3' || next == '\xA5')) || (text[i] == '\xE2' && next == '\x82'))
            return true;
    }
    return false;
}

bool isCurrencyWord(std::string_view folded) {
    if (folded.empty()) return false;
    if (std::ranges::any_of(scales, [&](const Scale& s) { return !s.code.empty() && s.form == folded; })) return true;
    return std::ranges::any_of(currenciesFrom(folded[0]), [&](const CurrencyForm& currency) {
        auto form = currency.form;
        if (form.ends_with('.')) form.remove_suffix(1);
        return folded.starts_with(form)
               && (folded.size() == form.size() || !letter(folded[form.size()]) || form == roubles);
    });
}

}  // namespace nextjob::analyse
