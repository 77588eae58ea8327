#include "net/backend/backend_client.hpp"

#include "model/run_task.hpp"
#include "support/http_peer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <sodium.h>

#include <future>

// What the client promises a worker apart, against a backend that each test scripts.
namespace nextjob::net {
namespace {

using test::httpReply;
using test::PeerReply;
using test::PeerRequest;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string part(const std::string& text) {
    std::string coded(sodium_base64_ENCODED_LEN(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(coded.data(), coded.size(),
                      reinterpret_cast<const unsigned char*>(text.data()),  // NOLINT: libsodium's bytes
                      text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    coded.resize(coded.find('\0'));
    return coded;
}

class BackendClientTest : public testing::Test {
  protected:
    // The nth token, good for so many seconds.
    static std::string tokenReply(int number, int seconds) {
        const auto claims =
            R"({"jti":")" + std::to_string(number) + R"(","iat":1000,"exp":)" + std::to_string(1000 + seconds) + "}";
        return httpReply(200, R"({"access_token":"h.)" + part(claims) + R"(.s","token_type":"bearer"})");
    }

    PeerReply answer(const PeerRequest& request) {
        if (!request.head.starts_with("POST /auth/token ")) return {calls(request)};
        ++tokens;
        asked = request.body;
        return {tokenStatus == 200 ? tokenReply(tokens, lifetime)
                                   : httpReply(tokenStatus, R"({"detail":"Unauthorized"})")};
    }

    Result<std::string> call(BackendRequest request = {.path = "/service/x", .body = "{}"}) {
        return runTask(client.call(std::move(request)));
    }
    std::string problem() {
        const auto outcome = call();
        return outcome ? "" : outcome.error().message;
    }

    std::atomic<int> tokens = 0, tokenStatus = 200;
    int lifetime = 900;
    std::string asked;
    std::function<std::string(const PeerRequest&)> calls = [](const PeerRequest&) { return httpReply(200, "done"); };
    test::HttpPeer peer{[this](const PeerRequest& request) { return answer(request); }};
    std::string url = peer.url("");
    std::unique_ptr<HttpClient> http = makeHttpClient();
    BackendClient client{*http, {.baseUrl = url, .authUrl = url, .service = "digest_generator", .secret = "hush hush"}};
};

TEST_F(BackendClientTest, FetchesATokenOnceAndCallsWithIt) {
    std::string head;
    calls = [&](const PeerRequest& request) {
        head = request.head;
        return httpReply(200, request.body);
    };
    EXPECT_EQ(call({.path = "/service/x?y=1", .body = "hello", .type = "text/plain"}).value(), "hello");
    EXPECT_EQ(asked, R"({"service_name":"digest_generator","service_secret":"hush hush"})");
    EXPECT_THAT(head, AllOf(HasSubstr("POST /service/x?y=1 "), HasSubstr("Authorization: Bearer h."),
                            HasSubstr("Content-Type: text/plain\r\n")));
    EXPECT_TRUE(call());
    EXPECT_EQ(tokens, 1);
}

TEST_F(BackendClientTest, ManyThatCallAtOnceShareOneToken) {
    boost::asio::thread_pool threads(4);
    std::vector<std::future<Result<std::string>>> all;
    for (int i = 0; i < 20; ++i)
        all.push_back(boost::asio::co_spawn(threads, client.call({.path = "/service/x"}), boost::asio::use_future));
    for (auto& one : all) EXPECT_TRUE(one.get());
    EXPECT_EQ(tokens, 1);
}

TEST_F(BackendClientTest, RenewsATokenThatIsAboutToEndAndOneThatIsRefused) {
    lifetime = 0;
    EXPECT_TRUE(call());
    EXPECT_TRUE(call());
    EXPECT_EQ(tokens, 2);
    lifetime = 900;
    EXPECT_TRUE(call());
    EXPECT_EQ(tokens, 3);
    std::string refused;
    calls = [&](const PeerRequest& request) {
        const auto at = request.head.find("Bearer ");
        const auto bearer = request.head.substr(at, request.head.find('\r', at) - at);
        if (refused.empty()) refused = bearer;
        return bearer == refused ? httpReply(401, R"({"detail":"Unauthorized"})") : httpReply(200, "in");
    };
    EXPECT_EQ(call().value(), "in");
    EXPECT_EQ(tokens, 4);
}

TEST_F(BackendClientTest, SaysWhatToMendWhenItIsNotLetIn) {
    tokenStatus = 401;
    EXPECT_THAT(problem(), AllOf(HasSubstr("SERVICE_SECRET_DIGEST_GENERATOR"), Not(HasSubstr("hush"))));
    problem();
    EXPECT_EQ(tokens, 1) << "not asked again at once";
}

TEST_F(BackendClientTest, SaysWhatToMendWhenItsTokenIsNotTaken) {
    calls = [](const PeerRequest&) { return httpReply(401, R"({"detail":"Unauthorized"})"); };
    EXPECT_THAT(problem(), HasSubstr("SERVICE_JWT_SECRET"));
    calls = [](const PeerRequest&) { return httpReply(403, R"({"detail":"This service may not …"})"); };
    EXPECT_THAT(problem(), HasSubstr("same version"));
    calls = [](const PeerRequest&) { return httpReply(400, R"({"detail":"Invalid host header"})"); };
    EXPECT_THAT(problem(), HasSubstr("ALLOWED_HOSTS"));
    EXPECT_EQ(call().error().code, ErrorCode::Unavailable);
    calls = [](const PeerRequest&) { return httpReply(301, ""); };
    EXPECT_THAT(problem(), HasSubstr("BACKEND_BASE_URL"));
}

TEST_F(BackendClientTest, PassesOnWhatTheBackendSaysOfTheInput) {
    const auto said = [&](int status, const std::string& body) {
        calls = [=](const PeerRequest&) { return httpReply(status, body); };
        const auto outcome = call();
        return std::pair(outcome.error().code, outcome.error().message);
    };
    EXPECT_EQ(said(422, R"({"detail":[{"loc":["body","messages",0,"user_id"],"msg":"Send a number.","type":"t"}]})"),
              std::pair(ErrorCode::Invalid, std::string("body.messages.0.user_id: Send a number.")));
    EXPECT_EQ(said(404, R"({"detail":"Not Found"})"), std::pair(ErrorCode::NotFound, std::string("Not Found")));
    EXPECT_EQ(said(409, R"({"detail":"Taken."})"), std::pair(ErrorCode::Conflict, std::string("Taken.")));
    EXPECT_EQ(said(413, R"({"detail":"Too much."})").first, ErrorCode::TooLarge);
}

TEST_F(BackendClientTest, TriesAgainWhatMayArriveTwiceOnly) {
    std::atomic<int> arrived = 0;
    calls = [&](const PeerRequest&) { return ++arrived % 2 == 1 ? httpReply(503, "{}") : httpReply(200, "late"); };
    EXPECT_EQ(call().value(), "late");
    EXPECT_EQ(arrived, 2);
    EXPECT_EQ(call({.path = "/service/x", .repeatable = false}).error().code, ErrorCode::Unavailable);
    EXPECT_EQ(arrived, 3);
}

TEST_F(BackendClientTest, ABackendThatIsAwayIsUnavailable) {
    BackendClient away(*http, {.baseUrl = "http://127.0.0.1:1", .authUrl = url, .service = "s", .secret = "hush"});
    const auto outcome = runTask(away.call({.path = "/service/x"}));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(outcome.error().message, HasSubstr("127.0.0.1 could not be reached"));
}

}  // namespace
}  // namespace nextjob::net
