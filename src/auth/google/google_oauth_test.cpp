#include "auth/google/google_oauth.hpp"

#include "auth/google/pkce.hpp"
#include "model/run_task.hpp"
#include "support/google_signer.hpp"

#include <gmock/gmock.h>

namespace nextjob::auth {
namespace {

using testing::HasSubstr;

class GoogleOAuthTest : public testing::Test {
  protected:
    net::HttpReply reply;
    net::HttpRequest seen;
    test::ScriptedHttp http{[this](const net::HttpRequest& request) {
        seen = request;
        return reply;
    }};
    GoogleOAuth oauth{http, {.clientId = "web", .clientSecret = "hush", .otherClientIds = {"ios"}}};

    ErrorCode errorOf(int status, const std::string& body) {
        reply = {.status = status, .body = body};
        return runTask(oauth.exchange({"code", "verifier", "http://127.0.0.1", "web"})).error().code;
    }
};

TEST_F(GoogleOAuthTest, AsksForNoMoreThanReadingMail) {
    const auto url = oauth.authorizationUrl({"http://127.0.0.1:1", "state", "nonce", "challenge", "ada@gmail.com"});
    EXPECT_TRUE(url.starts_with("https://accounts.google.com/o/oauth2/v2/auth?client_id=web&"));
    EXPECT_THAT(url, HasSubstr("&scope=openid%20email%20https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.readonly&"));
    EXPECT_THAT(url, HasSubstr("&code_challenge=challenge&code_challenge_method=S256"));
    EXPECT_THAT(url, HasSubstr("&state=state&nonce=nonce&"));
    EXPECT_THAT(url, testing::Not(HasSubstr("hush")));
}

TEST_F(GoogleOAuthTest, ACodeBringsAGrant) {
    reply = {
        .status = 200,
        .body =
            R"({"access_token":"a","refresh_token":"r","id_token":"i","expires_in":3599,"scope":"openid https://www.googleapis.com/auth/gmail.readonly"})"};
    const auto grant = runTask(oauth.exchange({"4/code", "verifier", "http://127.0.0.1:1", "web"}));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->access, "a");
    EXPECT_EQ(grant->refresh, "r");
    EXPECT_EQ(grant->idToken, "i");
    EXPECT_TRUE(grant->readsMail());
    EXPECT_GT(grant->expiry, currentTime() + std::chrono::minutes(59));
    EXPECT_EQ(seen.url, "https://oauth2.googleapis.com/token");
    EXPECT_EQ(seen.body,
              "grant_type=authorization_code&code=4%2Fcode&code_verifier=verifier&redirect_uri=http%3A%2F%2F127.0.0.1%"
              "3A1&client_id=web&client_secret=hush");
    ASSERT_TRUE(runTask(oauth.exchange({"c", "v", "app:/", "ios"})));
    EXPECT_THAT(seen.body, testing::Not(HasSubstr("hush"))) << "the secret is of another client";
}

TEST_F(GoogleOAuthTest, RefusalsAreToldApart) {
    EXPECT_EQ(errorOf(400, R"({"error":"invalid_grant"})"), ErrorCode::Unauthorized);
    EXPECT_EQ(errorOf(400, R"({"error":"redirect_uri_mismatch"})"), ErrorCode::Unauthorized);
    EXPECT_EQ(errorOf(401, R"({"error":"invalid_client"})"), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(500, ""), ErrorCode::Unavailable);
    EXPECT_EQ(errorOf(429, R"({"error":{"code":429}})"), ErrorCode::Unavailable);
    for (const char* body : {"", "{", "[]", R"({"access_token":7})", R"({"access_token":""})", "<html>"})
        EXPECT_EQ(errorOf(200, body), ErrorCode::Unavailable) << body;
    const int before = http.requests;
    errorOf(503, "");
    EXPECT_EQ(http.requests, before + 1) << "a code is shown once";
}

TEST_F(GoogleOAuthTest, ATokenThatIsGoneNeedsNoRevoking) {
    reply = {.status = 400, .body = R"({"error":"invalid_token"})"};
    EXPECT_TRUE(runTask(oauth.revoke("t")));
    reply = {.status = 200, .body = "{}"};
    EXPECT_TRUE(runTask(oauth.revoke("t")));
}

TEST(Pkce, ChallengeIsThatOfTheStandard) {
    EXPECT_EQ(codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    EXPECT_TRUE(isCodeVerifier(std::string(43, 'a')));
    EXPECT_FALSE(isCodeVerifier(std::string(42, 'a')));
    EXPECT_FALSE(isCodeVerifier(std::string(129, 'a')));
    EXPECT_FALSE(isCodeVerifier(std::string(43, 'a') + "\n"));
}

}  // namespace
}  // namespace nextjob::auth
