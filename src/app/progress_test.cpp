#include "app/progress.hpp"

#include <gtest/gtest.h>

namespace nextjob::app {
namespace {

using namespace std::chrono_literals;

TEST(Progress, SaysHowFarAndHowLong) {
    EXPECT_EQ(progressText({.share = 0.25, .mails = 2500, .offers = 12345}, 5s),
              " 25 %  2,500 mails  500/s  12,345 offers  about 15 s left");
}

TEST(Progress, GuessesNothingAtTheBeginning) {
    EXPECT_EQ(progressText({.share = 0.001, .mails = 1, .offers = 0}, 100ms), "  0 %  1 mails  0 offers");
}

TEST(Progress, SpellsDurationsAndCounts) {
    EXPECT_EQ(durationText(440ms), "0.4 s");
    EXPECT_EQ(durationText(59s), "59 s");
    EXPECT_EQ(durationText(200s), "3 min 20 s");
    EXPECT_EQ(durationText(7500s), "2 h 5 min");
    EXPECT_EQ(countText(0), "0");
    EXPECT_EQ(countText(999), "999");
    EXPECT_EQ(countText(1000), "1,000");
    EXPECT_EQ(countText(-1234567), "-1,234,567");
}

}  // namespace
}  // namespace nextjob::app
