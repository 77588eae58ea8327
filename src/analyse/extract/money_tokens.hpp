#pragma once

#include "model/span.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

enum class MoneyTokenKind : std::uint8_t { Number, Currency, Dash, Word, Break };

// A part of a text that may state an amount of money.
struct MoneyToken {
    MoneyTokenKind kind{};
    Span span;
    double amount = 0;      // of Number, as written
    double scale = 1;       // of Number: "k", "lakh"
    std::string_view code;  // of Currency, ISO 4217, empty where the sign has several; of a Number with its scale
};

// Reads the tokens out of a span of the text; words stay for the lexicon. At most 200; none where a rare script changes
// its length in lower case.
std::vector<MoneyToken> cutMoney(std::string_view text, Span span);

// A sign of a currency stands in the text: "$", "€".
bool holdsCurrencySign(std::string_view text);

// The folded word is, or begins with, a currency's name or code ("eur", "eur500"), or implies one ("lakh").
bool isCurrencyWord(std::string_view folded);

}  // namespace nextjob::analyse
