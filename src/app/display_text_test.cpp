#include "app/display_text.hpp"

#include <gmock/gmock.h>

namespace nextjob::app {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::ResultOf;

TEST(DisplayText, CountsColumns) {
    EXPECT_EQ(displayWidth(""), 0U);
    EXPECT_EQ(displayWidth("Zürich"), 6U);
    EXPECT_EQ(displayWidth("東京"), 4U);
    EXPECT_EQ(displayWidth("e\u0301"), 1U);
    EXPECT_EQ(displayWidth("Київ"), 4U);
}

TEST(DisplayText, CutsWithoutBreakingACharacter) {
    EXPECT_EQ(fitted("Engineer", 8), "Engineer");
    EXPECT_EQ(fitted("Engineer", 5), "Engi…");
    EXPECT_EQ(fitted("東京都庁", 4), "東…");
    EXPECT_EQ(fitted("Data Engineer", 6), "Data…");
    EXPECT_EQ(fitted("x", 0), "");
}

TEST(DisplayText, PadsByColumns) {
    EXPECT_EQ(padded("東", 4), "東  ");
    EXPECT_EQ(padded("long", 2), "long");
}

TEST(DisplayText, WrapsBetweenWordsAndInsideLongOnes) {
    EXPECT_THAT(wrapped("you have 3 of 5 skills", 10), ElementsAre("you have 3", "of 5", "skills"));
    EXPECT_THAT(wrapped("Donaudampfschiff", 6), ElementsAre("Donaud", "ampfsc", "hiff"));
    EXPECT_THAT(wrapped("", 6), ElementsAre());
    EXPECT_THAT(wrapped("東京東京東京", 5), Each(ResultOf(displayWidth, Le(5U))));
    EXPECT_THAT(wrapped("東", 1), ElementsAre("東"));
}

TEST(DisplayText, StripsWhatCouldDriveATerminal) {
    EXPECT_EQ(printable("a\x1b[31mred\x07"), "a[31mred");
    EXPECT_EQ(printable("one\r\n two\t three "), "one two three");
    EXPECT_EQ(printable("abc\u202Edef"), "abcdef");
    EXPECT_EQ(printable("\xC2\x9Bx"), "x");
    EXPECT_EQ(printable("bad\xFFutf\xC3"), "bad\uFFFDutf\uFFFD");
}

}  // namespace
}  // namespace nextjob::app
