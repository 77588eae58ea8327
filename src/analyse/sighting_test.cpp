#include "analyse/sighting.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace nextjob::analyse {
namespace {

class SightingTest : public ::testing::Test {
  protected:
    Proven<std::string> proven(std::string_view words) const {
        const auto at = document.text.find(words);
        EXPECT_NE(at, std::string::npos) << words;
        const auto begin = static_cast<std::uint32_t>(at);
        return {std::string(words), {begin, begin + static_cast<std::uint32_t>(words.size())}};
    }
    Offer offer(std::string_view title, std::string_view company, std::string_view link) const {
        Offer result;
        result.title = proven(title);
        result.company = proven(company);
        result.applyLink = {std::string(link), result.title.evidence};
        result.record = {result.title.evidence.begin, result.company->evidence.end};
        return result;
    }

    mail::Document document;
    Extraction extraction;
};

TEST_F(SightingTest, KeepsTheWordsAroundTheOfferWithTheEvidenceInThem) {
    document.text = "Hello, here is a job:\nWelder\nKran AG\nBye";
    extraction.language = "en";
    extraction.offers = {offer("Welder", "Kran AG", "https://kran.example/jobs/17")};
    const auto sightings = sightingsOf(extraction, document);
    ASSERT_EQ(sightings.size(), 1U);
    EXPECT_EQ(sightings[0].sourceText, "Welder\nKran AG");
    EXPECT_EQ(boost::json::parse(sightings[0].evidenceJson),
              boost::json::parse(R"({"title":[0,6],"company":[7,14],"apply_link":[0,6]})"));
    EXPECT_EQ(sightings[0].facts.language, "en");
    EXPECT_FALSE(sightings[0].linkKey.empty());
    EXPECT_FALSE(sightings[0].textKey.empty());
}

TEST_F(SightingTest, CutsLongRecordsBetweenCharacters) {
    document.text = std::string(1000, 'x');
    for (int i = 0; i < 500; ++i) document.text += "ü";
    document.text += "Welder Kran AG";
    for (int i = 0; i < 5000; ++i) document.text += "ü";
    auto tooLong = offer("Welder", "Kran AG", "https://kran.example/jobs/17");
    tooLong.record = {0, static_cast<std::uint32_t>(document.text.size())};
    extraction.offers = {tooLong};
    const auto text = sightingsOf(extraction, document)[0].sourceText;
    EXPECT_LE(text.size(), 4000U);
    EXPECT_NE(text.find("Welder Kran AG"), std::string::npos);
    EXPECT_EQ(text.find('x'), std::string::npos);
    EXPECT_TRUE(text.starts_with("ü") && text.ends_with("ü"));
}

TEST_F(SightingTest, MakesAJobThatComesTwiceOne) {
    document.text = "Welder Kran AG ... Fitter Fjord AS";
    const auto welder = offer("Welder", "Kran AG", "https://kran.example/jobs/17");
    extraction.offers = {welder, offer("Fitter", "Fjord AS", "https://kran.example/jobs/18"), welder};
    EXPECT_EQ(sightingsOf(extraction, document).size(), 2U);
}

TEST_F(SightingTest, TakesALinkUnderSeveralTitlesForTheMails) {
    document.text = "Welder Kran AG ... Fitter Fjord AS";
    extraction.offers = {offer("Welder", "Kran AG", "https://kran.example/jobs/17"),
                         offer("Fitter", "Fjord AS", "https://kran.example/jobs/17")};
    const auto sightings = sightingsOf(extraction, document);
    ASSERT_EQ(sightings.size(), 2U);
    EXPECT_TRUE(sightings[0].linkKey.empty());
    EXPECT_EQ(sightings[0].facts.applyLink, "https://kran.example/jobs/17");
}

}  // namespace
}  // namespace nextjob::analyse
