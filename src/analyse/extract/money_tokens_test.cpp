#include "analyse/extract/money_tokens.hpp"

#include <gtest/gtest.h>

namespace nextjob::analyse {
namespace {

std::vector<MoneyToken> cut(std::string_view text) {
    return cutMoney(text, {0, static_cast<std::uint32_t>(text.size())});
}

double amount(std::string_view text) {
    for (const auto& token : cut(text)) {
        if (token.kind == MoneyTokenKind::Number) return token.amount * token.scale;
    }
    return -1;
}

TEST(MoneyTokens, readGroupsOfDigitsAsTheWorldWritesThem) {
    EXPECT_EQ(amount("12,500 a year"), 12500);
    EXPECT_EQ(amount("12.500 €"), 12500);
    EXPECT_EQ(amount("12 500 zł"), 12500);
    EXPECT_EQ(amount("12'500 CHF"), 12500);
    EXPECT_EQ(amount("Rs 5,00,000"), 500000);
    EXPECT_EQ(amount("₹1,25,00,000"), 12500000);
    EXPECT_DOUBLE_EQ(amount("21.50 an hour"), 21.5);
}

TEST(MoneyTokens, readScalesBehindNumbers) {
    EXPECT_EQ(amount("120k"), 120000);
    EXPECT_EQ(amount("80k–€100k"), 80000);
    EXPECT_EQ(amount("90 тыс. руб."), 90000);
    EXPECT_EQ(amount("12 Lakhs"), 1200000);
    EXPECT_EQ(amount("18 LPA"), 1800000);
    EXPECT_EQ(amount("1.5 Cr"), 15000000);
    EXPECT_EQ(amount("12 kilometres"), 12);
    EXPECT_EQ(cut("12 lakh").front().code, "INR");
}

TEST(MoneyTokens, tellCurrenciesFromWordsThatBeginLikeThem) {
    EXPECT_EQ(cut("EUR 500").front().code, "EUR");
    EXPECT_EQ(cut("Rs 25,000").front().code, "INR");
    EXPECT_EQ(cut("europe 500").front().kind, MoneyTokenKind::Word);
    EXPECT_EQ(cut("RS 485 cables").front().kind, MoneyTokenKind::Word);
    EXPECT_TRUE(isCurrencyWord("usd"));
    EXPECT_TRUE(isCurrencyWord("рублей"));
    EXPECT_FALSE(isCurrencyWord("used"));
}

TEST(MoneyTokens, takeASharePerHundredForNoAmount) { EXPECT_EQ(amount("100 % remote"), -1); }

}  // namespace
}  // namespace nextjob::analyse
