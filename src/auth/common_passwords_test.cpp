#include "auth/common_passwords.hpp"

#include <gmock/gmock.h>

namespace nextjob::auth {
namespace {

const std::vector<std::string> nobody = wordsOf("", "");

class CommonPassword : public testing::TestWithParam<const char*> {};

TEST_P(CommonPassword, IsRefused) { EXPECT_TRUE(isCommonPassword(GetParam(), nobody)); }

INSTANTIATE_TEST_SUITE_P(Lists, CommonPassword,
                         testing::Values("password", "12345678", "123456789", "1234567890", "qwertyuiop", "iloveyou",
                                         "sunshine", "princess", "football", "baseball", "trustno1", "superman",
                                         "starwars", "whatever", "michelle", "jennifer", "computer", "corvette",
                                         "mercedes", "11111111", "88888888", "abcd1234", "1q2w3e4r", "letmein1",
                                         "password1", "Password123!", "P@ssw0rd", "qwerty123", "welcome1"));
INSTANTIATE_TEST_SUITE_P(Patterns, CommonPassword,
                         testing::Values("aaaaaaaaaaaa", "abcdefghijkl", "passwordpassword", "nextjob1", "NextJob2026",
                                         "nextjobai", "NEXTJOBAI!", "00000000000000000000"));

TEST(CommonPasswords, AreNotWhatNobodyElseHas) {
    for (const char* good : {"correct horse battery staple", "staple and a violet lamp", "vT9#kq2!xL",
                             "Fahrradkette Mond", "pässwörter sind öde", "почему бы и нет"})
        EXPECT_FALSE(isCommonPassword(good, nobody)) << good;
}

TEST(CommonPasswords, AreMadeOfWhatIsKnownOfTheUser) {
    const auto words = wordsOf("wilhelmina.quartzberg@orchidfarm.example", "Wilhelmina Tschebyscheff");
    EXPECT_THAT(words, testing::IsSupersetOf({"wilhelmina", "quartzberg", "orchidfarm", "tschebyscheff", "nextjob"}));
    for (const char* own : {"quartzberg", "Quartzberg1", "orchidfarm", "Tschebyscheff2024", "wilhelminaquartzberg"}) {
        EXPECT_TRUE(isCommonPassword(own, words)) << own;
        EXPECT_FALSE(isCommonPassword(own, nobody)) << own << " is good for everybody else";
    }
    EXPECT_FALSE(isCommonPassword("quartzberg lamp violet", words)) << "such a word may be part of it";
}

TEST(CommonPasswords, OfAnyLengthAndBytesAreJudged) {
    EXPECT_TRUE(isCommonPassword(std::string(1024, 'a'), nobody));
    EXPECT_TRUE(isCommonPassword("", nobody));
    EXPECT_FALSE(isCommonPassword(std::string("a\0lamp and a violet", 19), nobody)) << "what is behind a NUL counts";
    EXPECT_FALSE(isCommonPassword("\xff\xfe\x80\x81\xc3\x28\xf0\x9f\x98", nobody));
    EXPECT_EQ(wordsOf(std::string(1000, '.'), "a b c d"), nobody);
    EXPECT_LE(wordsOf("",
                      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
                      "sixteen seventeen eighteen")
                  .size(),
              16U);
}

}  // namespace
}  // namespace nextjob::auth
