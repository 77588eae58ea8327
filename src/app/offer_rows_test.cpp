#include "app/offer_rows.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace nextjob::app {
namespace {

using ::testing::HasSubstr;

StoredOffer offer() {
    StoredOffer result;
    result.id = 5;
    result.facts.title = "Welder, \"senior\"";
    result.facts.company = "=HYPERLINK(1)";
    result.facts.workMode = WorkMode::Hybrid;
    result.facts.salary = Salary{"4000 EUR", 4000, std::nullopt, "EUR", SalaryPeriod::Month};
    result.score.matchScore = 7;
    result.score.reason = "Good.";
    result.firstSeen = result.lastSeen = Timestamp(std::chrono::milliseconds(1'772'438'400'000));
    return result;
}

TEST(OfferRows, AreJsonWithNullForTheUnknown) {
    const auto json = boost::json::parse(offersJson({offer()}));
    const auto& first = json.at("offers").at(0);
    EXPECT_EQ(first.at("id"), 5);
    EXPECT_EQ(first.at("match_score"), 7);
    EXPECT_EQ(first.at("remote"), false);
    EXPECT_EQ(first.at("work_mode"), "hybrid");
    EXPECT_TRUE(first.at("location").is_null());
    EXPECT_TRUE(first.at("salary_max").is_null());
    EXPECT_EQ(first.at("first_seen"), "2026-03-02T08:00:00Z");
    EXPECT_EQ(boost::json::parse(offersJson({})), boost::json::parse(R"({"offers":[]})"));
}

TEST(OfferRows, AreCsvThatRunsNothing) {
    const auto csv = offersCsv({offer()});
    EXPECT_THAT(csv, HasSubstr("score,title,company"));
    EXPECT_THAT(csv, HasSubstr("\r\n7,\"Welder, \"\"senior\"\"\",\"'=HYPERLINK(1)\",,hybrid,4000 EUR,Good.,"));
}

}  // namespace
}  // namespace nextjob::app
