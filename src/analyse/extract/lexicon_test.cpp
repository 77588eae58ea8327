#include "analyse/extract/lexicon.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nextjob::analyse {
namespace {

const Lexicon& lexicon() {
    static const Lexicon instance;
    return instance;
}

bool says(std::string_view text, Topic topic) {
    const auto words = cutWords(text);
    const auto hits = lexicon().scan(words);
    return std::ranges::any_of(hits, [&](const Hit& h) { return h.topic == topic; });
}

TEST(Words, areCutAtSignsAndBetweenNumberAndUnit) {
    const auto words = cutWords("21h B2B full-time l'offre 1,200+");
    std::vector<std::string> folded;
    folded.reserve(words.list.size());
    for (const auto& word : words.list) folded.emplace_back(words.fold(word));
    EXPECT_EQ(folded, (std::vector<std::string>{"21", "h", "b2b", "full", "time", "l", "offre", "1,200+"}));
    EXPECT_TRUE(words.list[0].number);
    EXPECT_TRUE(words.list[2].capitalised);
}

TEST(Words, foldBeyondLatin) { EXPECT_EQ(foldCase("МОСКВА Straße ÉCOLE ’"), "москва straße école '"); }

TEST(Words, losesSymbolsAroundAFieldAndKeepsThoseOfNames) {
    const std::string text = "🔹 BetterSleep™ ·";
    const auto span = trimSymbols(text, {0, static_cast<std::uint32_t>(text.size())});
    EXPECT_EQ(text.substr(span.begin, span.size()), "BetterSleep™");
}

TEST(Lexicon, knowsTitlesOfTheSevenLanguages) {
    for (const auto* title :
         {"Software Engineer", "Chef de projet", "Krankenpfleger", "Contable", "Księgowa", "Бухгалтер", "Кухар"})
        EXPECT_TRUE(says(title, Topic::TitleWord)) << title;
}

TEST(Lexicon, readsNumbersInPhrases) {
    EXPECT_TRUE(says("12 new jobs", Topic::Announced));
    EXPECT_TRUE(says("posted 3 days ago", Topic::PostedAgo));
    EXPECT_FALSE(says("new days", Topic::PostedAgo));
}

TEST(Lexicon, knowsPlacesAndTheirCodes) {
    EXPECT_TRUE(says("Lyon", Topic::City));
    EXPECT_TRUE(says("Deutschland", Topic::Country));
    EXPECT_TRUE(says("Austin, TX", Topic::RegionCode));
}

TEST(Lexicon, ordersHitsByWordLongestFirst) {
    const auto words = cutWords("Senior Data Engineer in New York, NY");
    const auto hits = lexicon().scan(words);
    EXPECT_TRUE(std::ranges::is_sorted(
        hits, [](const Hit& a, const Hit& b) { return a.word < b.word || (a.word == b.word && a.words > b.words); }));
}

}  // namespace
}  // namespace nextjob::analyse
