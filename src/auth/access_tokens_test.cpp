#include "auth/access_tokens.hpp"

#include "auth/random_token.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <stdexcept>

namespace nextjob::auth {

namespace {

using namespace std::chrono_literals;

const std::string oldSecret(32, 'o');
const std::string newSecret(40, 'n');
const AccessTokens::Clock::time_point now{std::chrono::seconds(1'800'000'000)};

AccessTokens tokensOf(std::vector<std::string> secrets) { return {JwtKeys(secrets), 30min}; }

std::string base64url(std::string_view text) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string encoded(sodium_base64_encoded_len(text.size(), variant), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                      variant);
    encoded.pop_back();
    return encoded;
}

std::string signedWith(const std::string& secret, std::string_view claims) {
    return JwtKeys(std::vector{secret}).sign(claims);
}

}  // namespace

TEST(AccessTokens, SayWhoSignedIn) {
    const auto tokens = tokensOf({newSecret});
    const auto claims = tokens.verify(tokens.issue({.user = 42, .session = 7}, now), now);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->user, 42);
    EXPECT_EQ(claims->session, 7);
}

TEST(AccessTokens, AreNeverTheSameTwice) {
    const auto tokens = tokensOf({newSecret});
    EXPECT_NE(tokens.issue({1, 1}, now), tokens.issue({1, 1}, now));
}

TEST(AccessTokens, EndWithTheirLifetime) {
    const auto tokens = tokensOf({newSecret});
    const std::string token = tokens.issue({1, 1}, now);
    EXPECT_TRUE(tokens.verify(token, now + 30min - 1s));
    EXPECT_EQ(tokens.verify(token, now + 30min).error().code, ErrorCode::Unauthorized);
}

TEST(AccessTokens, OutliveTheChangeOfTheKey) {
    const std::string token = tokensOf({oldSecret}).issue({1, 1}, now);
    EXPECT_TRUE(tokensOf({newSecret, oldSecret}).verify(token, now));
    EXPECT_FALSE(tokensOf({newSecret}).verify(token, now));
    EXPECT_FALSE(tokensOf({oldSecret}).verify(tokensOf({newSecret, oldSecret}).issue({1, 1}, now), now))
        << "the first key signs";
}

TEST(AccessTokens, AreRefusedWhenAnyPartIsTamperedWith) {
    const auto tokens = tokensOf({newSecret});
    const std::string token = tokens.issue({1, 1}, now);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        // The last character of a base64url text has bits that count for nothing.
        if (i + 1 == token.size() || token[i + 1] == '.') continue;
        EXPECT_FALSE(tokens.verify(changed, now)) << i;
    }
}

TEST(AccessTokens, AreRefusedUnsignedOrByAnotherAlgorithm) {
    const auto tokens = tokensOf({newSecret});
    const std::string token = tokens.issue({1, 1}, now);
    const std::string claims = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
    const std::string signature = token.substr(token.rfind('.') + 1);
    for (const char* header : {R"({"alg":"none"})", R"({"alg":"None","typ":"JWT"})", R"({"typ":"JWT"})",
                               R"({"alg":"HS384"})", R"({"alg":"RS256"})", R"({"alg":["HS256"]})", "{}", "x"}) {
        std::string forged = base64url(header);
        forged.append(".").append(claims).append(".");
        EXPECT_FALSE(tokens.verify(forged, now)) << header;
        forged += signature;
        EXPECT_FALSE(tokens.verify(forged, now)) << header;
    }
}

TEST(AccessTokens, AreRefusedForOtherTypesAndWrongClaims) {
    const auto tokens = tokensOf({newSecret});
    const std::string good = R"({"sub":"1","sid":1,"type":"access","iat":1,"exp":1900000000})";
    EXPECT_TRUE(tokens.verify(signedWith(newSecret, good), now));
    for (const char* claims :
         {R"({"sub":"1","sid":1,"type":"refresh","exp":1900000000})", R"({"sub":"1","sid":1,"exp":1900000000})",
          R"({"sub":"1","sid":1,"type":"access"})", R"({"sub":"1","sid":1,"type":"access","exp":"1900000000"})",
          R"({"sub":"1","sid":1,"type":"access","exp":1e300})", R"({"sub":1,"sid":1,"type":"access","exp":1900000000})",
          R"({"sub":"1x","sid":1,"type":"access","exp":1900000000})",
          R"({"sub":"0","sid":1,"type":"access","exp":1900000000})",
          R"({"sub":"","sid":1,"type":"access","exp":1900000000})", R"({"sub":"1","type":"access","exp":1900000000})",
          R"([])", R"(null)", "not json"})
        EXPECT_FALSE(tokens.verify(signedWith(newSecret, claims), now)) << claims;
}

TEST(AccessTokens, AreRefusedWhenTheyAreNoTokens) {
    const auto tokens = tokensOf({newSecret});
    // The last three make cjose 0.6 end the process.
    for (const char* text : {"", ".", "..", "...", "a.b.c", "a.b", "\xff.\xff.\xff", "eyJhbGciOiJIUzI1NiJ9..",
                             "eyJhbGciOiJIUzI1NiJ9.eyJ.ARS24=AA", "eyJhbGciOiJIUzI1NiJ9.eyJ.AR=S", "ab=c.ab=c.ab=c"})
        EXPECT_FALSE(tokens.verify(text, now)) << text;
    EXPECT_FALSE(tokens.verify(std::string(100'000, 'a'), now));
}

TEST(JwtKeys, NeedSecretsOfSomeLength) {
    EXPECT_THROW(JwtKeys{std::vector<std::string>{}}, std::invalid_argument);
    EXPECT_THROW(JwtKeys{std::vector<std::string>{"short"}}, std::invalid_argument);
}

TEST(RandomToken, IsLongAndNeverTheSame) {
    ASSERT_GE(sodium_init(), 0);
    EXPECT_EQ(randomToken(32).size(), 43U);
    EXPECT_NE(randomToken(32), randomToken(32));
    EXPECT_EQ(tokenHash("a"), tokenHash("a"));
    EXPECT_NE(tokenHash("a"), tokenHash("b"));
}

}  // namespace nextjob::auth
