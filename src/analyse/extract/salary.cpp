#include "analyse/extract/salary.hpp"

#include "analyse/extract/money_tokens.hpp"
#include "text/find_any.hpp"

#include <algorithm>
#include <cmath>

namespace nextjob::analyse {

namespace {

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

class RunReader {
  public:
    RunReader(const Page& page, Span span) : page_(page), span_(span), hits_(page.hits(span)) {}

    std::vector<Run> read() {
        if (!mayHoldSalary()) return {};
        for (const auto& token : cutMoney(page_.text(), span_)) {
            switch (token.kind) {
                case MoneyTokenKind::Number: number(token); break;
                case MoneyTokenKind::Currency:
                    extend(token.span);
                    currency(token.code);
                    break;
                case MoneyTokenKind::Dash: run_.dash = run_.dash || !run_.amounts.empty(); break;
                case MoneyTokenKind::Break: close(); break;
                case MoneyTokenKind::Word: word(token.span); break;
            }
        }
        close();
        return std::move(found_);
    }

  private:
    // Cheap: most texts with a number speak of no money.
    bool mayHoldSalary() const {
        const auto text = page_.slice(span_);
        return text::holdsDigit(text)
               && (std::ranges::any_of(hits_, [](const Hit& h) { return h.topic == Topic::SalaryPeriod; })
                   || holdsCurrencySign(text) || std::ranges::any_of(page_.words(span_), [&](const Word& w) {
                          return isCurrencyWord(page_.fold(w));
                      }));
    }

    void number(const MoneyToken& token) {
        if (run_.amounts.size() >= 2) close();
        extend(token.span);
        run_.amounts.push_back(token.amount * token.scale);
        run_.scaled.push_back(token.scale > 1);
        run_.largestScale = std::max(run_.largestScale, token.scale);
        if (!token.code.empty()) currency(token.code);
    }

    void currency(std::string_view code) {
        run_.currency = true;
        if (run_.code.empty()) run_.code = code;
    }

    void word(Span span) {
        const auto hit = std::ranges::find_if(
            hits_, [&](const Hit& h) { return isSalaryTopic(h.topic) && page_.spanOf(h).contains(span); });
        if (hit == hits_.end()) {
            // "a", "an", "per", "par": the period's own phrase covers most; one short word may link.
            if (span.size() > 4) close();
            return;
        }
        if (hit->topic == Topic::SalaryWord && run_.amounts.empty()) return;
        if (hit->topic == Topic::SalaryFrom) run_.from = true;
        if (hit->topic == Topic::SalaryTo) run_.to = true;
        if (hit->topic == Topic::SalaryPeriod) {
            run_.period = static_cast<SalaryPeriod>(hit->value);
            run_.spelledPeriod = run_.spelledPeriod || page_.spanOf(*hit).size() > 2;
        }
        if (!run_.amounts.empty() || run_.from || run_.to || run_.currency) extend(page_.spanOf(*hit));
    }

    void extend(Span more) {
        if (run_.span.empty()) run_.span = more;
        run_.span.end = more.end;
    }

    void close() {
        if (!run_.amounts.empty()) found_.push_back(run_);
        run_ = {};
    }

    const Page& page_;
    Span span_;
    HitsWithin hits_;
    Run run_;
    std::vector<Run> found_;
};

// "120-160k": the scale of one amount is the other's, too.
void shareScale(Run& run) {
    if (run.amounts.size() == 2 && run.scaled[0] != run.scaled[1] && run.largestScale > 1) {
        auto& plain = run.scaled[0] ? run.amounts[1] : run.amounts[0];
        if (plain < 1000) plain *= run.largestScale;
    }
}

}  // namespace

std::optional<Proven<Salary>> findSalary(const Page& page, Span span) {
    for (auto& run : RunReader(page, span).read()) {
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
    const bool sign = text::holdsDigit(text) || std::ranges::any_of(text, [](char c) {
                          return c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
                      });
    if (!sign && words.empty()) return false;
    const auto hits = page.hits(span);
    const auto salaryHit = [&](Span word) {
        return std::ranges::find_if(
            hits, [&](const Hit& h) { return isSalaryTopic(h.topic) && page.spanOf(h).contains(word); });
    };
    // A word that is no part of a salary decides, and mostly the first one is.
    if (!words.empty() && !words[0].number && salaryHit(words[0].span) == hits.end()
        && !isCurrencyWord(page.fold(words[0])))
        return false;
    bool number = false, currency = false, bound = false;
    for (const auto& token : cutMoney(page.text(), span)) {
        if (token.kind == MoneyTokenKind::Number) number = true;
        if (token.kind == MoneyTokenKind::Currency) currency = true;
        if (token.kind != MoneyTokenKind::Word) continue;
        const auto hit = salaryHit(token.span);
        if (hit == hits.end()) return false;
        bound = bound || hit->topic == Topic::SalaryFrom || hit->topic == Topic::SalaryTo
                || hit->topic == Topic::SalaryPeriod;
    }
    return (number && bound) || (currency && !number) || (bound && !number && words.size() <= 3);
}

}  // namespace nextjob::analyse
