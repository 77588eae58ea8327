#include "auth/google/id_tokens.hpp"

#include "model/run_task.hpp"
#include "support/google_signer.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace nextjob::auth {
namespace {

using namespace std::chrono_literals;
using test::GoogleSigner;

const GoogleSigner& first() {
    static const GoogleSigner signer("first");
    return signer;
}
const GoogleSigner& second() {
    static const GoogleSigner signer("second");
    return signer;
}

// Google's keys as a test has them, and the time.
class IdTokensTest : public testing::Test {
  protected:
    Result<GoogleIdentity> identity(const std::string& token, std::optional<std::string> nonce = std::nullopt) {
        return runTask(tokens.identity(token, std::move(nonce), now));
    }

    // The claims of a good token, with these changed; null takes one away.
    std::string claims(const boost::json::object& changes = {}) const {
        boost::json::object all{{"iss", "https://accounts.google.com"},
                                {"aud", "web"},
                                {"azp", "web"},
                                {"sub", "1001"},
                                {"email", "Ada@Gmail.com"},
                                {"email_verified", true},
                                {"name", "Ada Lovelace"},
                                {"iat", secondsOf(now)},
                                {"exp", secondsOf(now + 1h)}};
        for (const auto& [name, value] : changes) {
            if (value.is_null())
                all.erase(name);
            else
                all[name] = value;
        }
        return boost::json::serialize(all);
    }

    std::string reasonAgainst(const boost::json::object& changes, std::optional<std::string> nonce = std::nullopt) {
        const auto refused = identity(first().sign(claims(changes)), std::move(nonce));
        if (refused) return "none";
        EXPECT_EQ(refused.error().code, ErrorCode::Unauthorized);
        return refused.error().message;
    }

    IdTokens::Clock::time_point now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h;
    GoogleKeys::Clock::time_point uptime{100h};
    std::string keySet = fmt::format(R"({{"keys":[{}]}})", first().publicJson());
    std::string cacheControl = "public, max-age=3600, must-revalidate";
    bool down = false;
    test::ScriptedHttp http{[this](const net::HttpRequest&) -> Result<net::HttpReply> {
        if (down) return failure(ErrorCode::Unavailable, "down");
        return net::HttpReply{.status = 200, .headers = {{"Cache-Control", cacheControl}}, .body = keySet};
    }};
    GoogleKeys keys{http, "https://keys.example", [this] { return uptime; }};
    IdTokens tokens{{.clientId = "web", .clientSecret = "s", .otherClientIds = {"ios"}}, keys};
};

TEST_F(IdTokensTest, SayWhoSomeoneIs) {
    const auto ada = identity(first().sign(claims()));
    ASSERT_TRUE(ada) << ada.error().message;
    EXPECT_EQ(ada->subject, "1001");
    EXPECT_EQ(ada->email, "ada@gmail.com");
    EXPECT_EQ(ada->name, "Ada Lovelace");
    EXPECT_TRUE(ada->owned);
    EXPECT_TRUE(identity(first().sign(claims({{"iss", "accounts.google.com"}, {"aud", "ios"}, {"azp", "ios"}}))));
}

TEST_F(IdTokensTest, GoogleOwnsWhatItGivesOutOnly) {
    EXPECT_FALSE(identity(first().sign(claims({{"email", "ada@example.org"}})))->owned);
    EXPECT_FALSE(identity(first().sign(claims({{"email", "ada@gmail.com.example.org"}})))->owned);
    EXPECT_TRUE(identity(first().sign(claims({{"email", "ada@example.org"}, {"hd", "example.org"}})))->owned);
}

TEST_F(IdTokensTest, WhatIsWrongIsRefusedWithItsReason) {
    using testing::HasSubstr;
    EXPECT_THAT(reasonAgainst({{"iss", "https://accounts.evil.example"}}), HasSubstr("Google's making"));
    EXPECT_THAT(reasonAgainst({{"aud", "another"}}), HasSubstr("another program"));
    EXPECT_THAT(reasonAgainst({{"aud", boost::json::array{"web"}}}), HasSubstr("another program"));
    EXPECT_THAT(reasonAgainst({{"aud", nullptr}}), HasSubstr("another program"));
    EXPECT_THAT(reasonAgainst({{"azp", "another"}}), HasSubstr("another program"));
    EXPECT_THAT(reasonAgainst({{"exp", secondsOf(now - 61s)}}), HasSubstr("run out"));
    EXPECT_THAT(reasonAgainst({{"exp", nullptr}}), HasSubstr("run out"));
    EXPECT_THAT(reasonAgainst({{"exp", "9999999999"}}), HasSubstr("run out"));
    EXPECT_THAT(reasonAgainst({{"iat", secondsOf(now + 61s)}}), HasSubstr("clock"));
    EXPECT_THAT(reasonAgainst({{"iat", nullptr}}), HasSubstr("clock"));
    EXPECT_THAT(reasonAgainst({{"email_verified", false}}), HasSubstr("not confirmed"));
    EXPECT_THAT(reasonAgainst({{"email_verified", "true"}}), HasSubstr("not confirmed"));
    EXPECT_THAT(reasonAgainst({{"email_verified", nullptr}}), HasSubstr("not confirmed"));
    EXPECT_THAT(reasonAgainst({{"email", nullptr}}), HasSubstr("e-mail"));
    EXPECT_THAT(reasonAgainst({{"sub", ""}}), HasSubstr("whose"));
    EXPECT_EQ(reasonAgainst({{"exp", secondsOf(now - 30s)}}), "none") << "clocks differ";
    EXPECT_EQ(reasonAgainst({{"iat", secondsOf(now + 30s)}}), "none");
}

TEST_F(IdTokensTest, TheNonceIsThatOfTheSignIn) {
    EXPECT_EQ(reasonAgainst({{"nonce", "n"}}, "n"), "none");
    EXPECT_THAT(reasonAgainst({{"nonce", "n"}}, "m"), testing::HasSubstr("nonce"));
    EXPECT_THAT(reasonAgainst({{"nonce", "n"}}), testing::HasSubstr("nonce")) << "begun with one, ended without";
    EXPECT_THAT(reasonAgainst({}, "n"), testing::HasSubstr("nonce"));
}

TEST_F(IdTokensTest, OnlyGooglesSignatureCounts) {
    EXPECT_FALSE(identity(second().sign(claims())));
    const GoogleSigner impostor("first");
    EXPECT_EQ(identity(impostor.sign(claims())).error().code, ErrorCode::Unauthorized) << "the id is no proof";
    EXPECT_FALSE(identity(first().sign(claims(), CJOSE_HDR_ALG_RS512)));
    EXPECT_FALSE(identity(first().sign(claims(), CJOSE_HDR_ALG_PS256)));
    auto changed = first().sign(claims());
    changed[changed.find('.') + 5] ^= 1;
    EXPECT_FALSE(identity(changed));
    for (const std::string token : {"", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "..", "\xff\xfe"})
        EXPECT_FALSE(identity(token));
    EXPECT_FALSE(identity(std::string(9000, 'x')));
    EXPECT_FALSE(identity(first().sign("[]")));
    EXPECT_FALSE(identity(first().sign("not json")));
}

TEST_F(IdTokensTest, KeysAreKeptAsLongAsTheyMayBe) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(identity(first().sign(claims())));
    EXPECT_EQ(http.requests, 1);
    uptime += 59min;
    EXPECT_TRUE(identity(first().sign(claims())));
    EXPECT_EQ(http.requests, 1);
    uptime += 2min;
    EXPECT_TRUE(identity(first().sign(claims())));
    EXPECT_EQ(http.requests, 2);
}

TEST_F(IdTokensTest, AKeyThatIsNewIsFetchedAndStrangersFloodNobody) {
    EXPECT_TRUE(identity(first().sign(claims())));
    keySet = fmt::format(R"({{"keys":[{},{}]}})", second().publicJson(), first().publicJson());
    EXPECT_FALSE(identity(second().sign(claims()))) << "the keys were fetched just now";
    uptime += 61s;
    EXPECT_TRUE(identity(second().sign(claims())));
    EXPECT_EQ(http.requests, 2);
    const std::string strange = GoogleSigner("strange").sign(claims());
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(identity(strange));
    EXPECT_EQ(http.requests, 2);
}

TEST_F(IdTokensTest, WhenGoogleIsDownKnownKeysServeAWhile) {
    down = true;
    EXPECT_EQ(identity(first().sign(claims())).error().code, ErrorCode::Unavailable);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(identity(first().sign(claims())).error().code, ErrorCode::Unavailable);
    EXPECT_EQ(http.requests, 1) << "no storm";
    uptime += 6s;
    down = false;
    EXPECT_TRUE(identity(first().sign(claims())));
    down = true;
    uptime += 90min;
    EXPECT_TRUE(identity(first().sign(claims())));
    uptime += 31min;
    EXPECT_EQ(identity(first().sign(claims())).error().code, ErrorCode::Unavailable);
}

TEST_F(IdTokensTest, WhatIsNoSetOfKeysChangesNothing) {
    EXPECT_TRUE(identity(first().sign(claims())));
    const std::string good = keySet;
    uptime += 61min;
    for (const char* bad : {"", "{", "[]", R"({"keys":{}})", "<html>"}) {
        keySet = bad;
        EXPECT_TRUE(identity(first().sign(claims()))) << bad;
        uptime += 6s;
    }
    keySet = good;
    EXPECT_TRUE(identity(first().sign(claims())));
}

TEST_F(IdTokensTest, WhoAskAtOnceAskOnce) {
    boost::asio::io_context loop;
    int good = 0;
    for (int i = 0; i < 20; ++i)
        boost::asio::co_spawn(
            loop, tokens.identity(first().sign(claims()), std::nullopt, now),
            [&](const std::exception_ptr&, const Result<GoogleIdentity>& found) { good += found ? 1 : 0; });
    loop.run();
    EXPECT_EQ(good, 20);
    EXPECT_EQ(http.requests, 1);
}

TEST(KeySet, PassesOverKeysOfOtherKinds) {
    const std::string json = fmt::format(
        R"({{"keys":[{{"kty":"oct","kid":"a","k":"c2VjcmV0"}},{{"kty":"RSA","kid":"b","n":"AQAB","e":"AQAB"}},7,{{}},{}]}})",
        first().publicJson());
    const auto set = KeySet::parse(json);
    ASSERT_TRUE(set);
    EXPECT_FALSE(set->has("a"));
    EXPECT_FALSE(set->has("b")) << "too short to be safe";
    EXPECT_TRUE(set->has("first"));
    EXPECT_FALSE(KeySet::parse(std::string(200'000, ' ')));
}

}  // namespace
}  // namespace nextjob::auth
