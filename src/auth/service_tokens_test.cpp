#include "auth/service_tokens.hpp"

#include "auth/access_tokens.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>

namespace nextjob::auth {

namespace {

using namespace std::chrono_literals;

const std::array<std::string, 1> ours{std::string(32, 's')};
const std::array<std::string, 1> users{std::string(32, 'u')};

class ServiceTokensTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { ASSERT_GE(sodium_init(), 0); }

    ServiceTokens tokens{JwtKeys(ours),
                         {{"gmail_service", "the mail's secret"},
                          {"digest_generator", "the digest's secret"},
                          {"stranger", "a secret without rights"}},
                         15min};
    ServiceTokens::Clock::time_point now = ServiceTokens::Clock::now();
};

TEST_F(ServiceTokensTest, SayWhoCallsAndWhatItMay) {
    const auto token = tokens.issue("gmail_service", "the mail's secret", now);
    ASSERT_TRUE(token);
    const auto claims = tokens.verify(*token, now + 14min);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->service, "gmail_service");
    EXPECT_TRUE(claims->may(service_right::googleCredentials));
    EXPECT_TRUE(claims->may(service_right::ledger));
    EXPECT_FALSE(claims->may(service_right::jobOffers));
    EXPECT_FALSE(claims->may(service_right::userSkills));
}

TEST_F(ServiceTokensTest, EachServiceHasItsOwnRights) {
    const auto token = tokens.issue("digest_generator", "the digest's secret", now);
    ASSERT_TRUE(token);
    const auto claims = tokens.verify(*token, now);
    ASSERT_TRUE(claims);
    EXPECT_TRUE(claims->may(service_right::jobOffers));
    EXPECT_FALSE(claims->may(service_right::googleCredentials));
}

TEST_F(ServiceTokensTest, WhatIsWrongIsToldAlike) {
    const std::array<std::pair<std::string, std::string>, 6> wrong{{{"gmail_service", "the digest's secret"},
                                                                    {"gmail_service", ""},
                                                                    {"nobody", "the mail's secret"},
                                                                    {"", ""},
                                                                    {"stranger", "a secret without rights"},
                                                                    {"GMAIL_SERVICE", "the mail's secret"}}};
    for (const auto& [service, secret] : wrong) {
        const auto refused = tokens.issue(service, secret, now);
        ASSERT_FALSE(refused) << service;
        EXPECT_EQ(refused.error().code, ErrorCode::Unauthorized);
        EXPECT_EQ(refused.error().message, "The service or its secret is wrong.");
    }
}

TEST_F(ServiceTokensTest, EndAfterTheirTime) {
    const auto token = tokens.issue("gmail_service", "the mail's secret", now);
    EXPECT_FALSE(tokens.verify(*token, now + 15min + 1s));
}

TEST_F(ServiceTokensTest, AreNoUsersTokensNorTheReverse) {
    const AccessTokens access{JwtKeys(users), 30min};
    const auto token = tokens.issue("gmail_service", "the mail's secret", now);
    EXPECT_FALSE(access.verify(*token, now));
    EXPECT_FALSE(tokens.verify(access.issue({1, 1}, now), now));
    // Not even when somebody sets both secrets alike.
    const AccessTokens alike{JwtKeys(ours), 30min};
    EXPECT_FALSE(alike.verify(*token, now));
    EXPECT_FALSE(tokens.verify(alike.issue({1, 1}, now), now));
}

}  // namespace

}  // namespace nextjob::auth
