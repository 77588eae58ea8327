#include "auth/token_seal.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

namespace nextjob::auth {

namespace {

class TokenSealTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { ASSERT_GE(sodium_init(), 0); }

    static GoogleCredential sealed(const TokenSeal& seal) {
        GoogleCredential credential{.user = 7, .email = "ada@example.org", .sealed = {}, .keyId = {}, .expiry = {}};
        seal.seal({"ya29.access", "1//refresh"}, credential);
        return credential;
    }

    const std::vector<std::string> one{std::string(32, 'a')};
    const std::vector<std::string> two{std::string(32, 'b'), std::string(32, 'a')};
};

TEST_F(TokenSealTest, OpensWhatItSealedAndHidesIt) {
    const TokenSeal seal(one);
    const auto credential = sealed(seal);
    EXPECT_EQ(credential.sealed.find("access"), std::string::npos);
    EXPECT_NE(sealed(seal).sealed, credential.sealed) << "no two seals are alike";
    const auto tokens = seal.open(credential);
    ASSERT_TRUE(tokens);
    EXPECT_EQ(tokens->access, "ya29.access");
    EXPECT_EQ(tokens->refresh, "1//refresh");
}

TEST_F(TokenSealTest, AnOlderKeyOfTheRingStillOpens) {
    const auto credential = sealed(TokenSeal(one));
    EXPECT_TRUE(TokenSeal(two).open(credential));
    EXPECT_FALSE(TokenSeal(std::vector{std::string(32, 'b')}).open(credential));
}

TEST_F(TokenSealTest, AnotherUsersOrADamagedSealStaysShut) {
    const TokenSeal seal(one);
    auto moved = sealed(seal);
    moved.user = 8;
    EXPECT_FALSE(seal.open(moved));
    auto damaged = sealed(seal);
    damaged.sealed.back() ^= 1;
    EXPECT_FALSE(seal.open(damaged));
    damaged.sealed.resize(10);
    EXPECT_FALSE(seal.open(damaged));
}

}  // namespace

}  // namespace nextjob::auth
