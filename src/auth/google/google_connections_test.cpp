#include "auth/google/google.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "store/google_credentials.hpp"
#include "store/open.hpp"
#include "store/users.hpp"
#include "support/google_signer.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace nextjob::auth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Two processes on one store, and a Google that gives out numbered tokens.
class GoogleConnectionsTest : public testing::Test {
  protected:
    void SetUp() override {
        store = std::move(*store::open(store::sqliteUrl(directory.path() / "test.db")));
        ada = runTask(store->users().create({.email = "ada@example.org", .passwordHash = "", .fullName = {}}))->id;
        here = std::make_unique<Google>(http, options, store->googleCredentials(), seal({"key"}), observe::silentLog());
        there =
            std::make_unique<Google>(http, options, store->googleCredentials(), seal({"key"}), observe::silentLog());
    }

    static TokenSeal seal(const std::vector<std::string>& secrets) { return TokenSeal(secrets); }

    Result<net::HttpReply> answer(const net::HttpRequest& request) {
        seen.push_back(request.url.substr(request.url.rfind('/')) + " " + request.body);
        if (down) return failure(ErrorCode::Unavailable, "down");
        if (withdrawn) return net::HttpReply{.status = 400, .body = R"({"error":"invalid_grant"})"};
        return net::HttpReply{
            .status = 200,
            .body = fmt::format(R"({{"access_token":"access {}","expires_in":3599,"scope":"openid"}})", ++given)};
    }

    void connect(std::chrono::seconds left, const std::string& refresh = "refresh") {
        ASSERT_TRUE(
            runTask(here->connections.connect(ada, {.subject = "1", .email = "ada@gmail.com"}, grant(left, refresh))));
    }

    static GoogleGrant grant(std::chrono::seconds left, const std::string& refresh) {
        return {.access = "access 0",
                .refresh = refresh,
                .idToken = {},
                .expiry = currentTime() + left,
                .clientId = "web",
                .scopes = {}};
    }

    Result<std::string> token(const std::string& refused = "") {
        return runTask(here->connections.accessToken(ada, refused));
    }
    GoogleCredential stored() { return *runTask(store->googleCredentials().find(ada)); }

    TemporaryDirectory directory;
    std::unique_ptr<store::Store> store;
    UserId ada = 0;
    int given = 0;
    bool down = false;
    bool withdrawn = false;
    std::vector<std::string> seen;
    test::ScriptedHttp http{[this](const net::HttpRequest& request) { return answer(request); }};
    GoogleOptions options{.clientId = "web", .clientSecret = "hush"};
    std::unique_ptr<Google> here, there;
};

TEST_F(GoogleConnectionsTest, ATokenIsUsedWhileItHolds) {
    EXPECT_EQ(token().error().code, ErrorCode::NotFound);
    connect(1h);
    EXPECT_EQ(token(), "access 0");
    EXPECT_THAT(seen, testing::IsEmpty());
    EXPECT_THAT(stored().sealed, testing::Not(HasSubstr("access")));
}

TEST_F(GoogleConnectionsTest, ItIsRenewedOnceForAllBeforeItEnds) {
    connect(4min);
    boost::asio::io_context loop;
    std::vector<std::string> got;
    for (int i = 0; i < 50; ++i)
        boost::asio::co_spawn(loop, here->connections.accessToken(ada, ""),
                              [&](const std::exception_ptr&, Result<std::string> one) { got.push_back(*one); });
    loop.run();
    EXPECT_THAT(got, testing::Each("access 1"));
    EXPECT_EQ(got.size(), 50U);
    EXPECT_THAT(seen, testing::ElementsAre(AllOf(HasSubstr("/token "), HasSubstr("refresh_token=refresh"),
                                                 HasSubstr("client_secret=hush"))));
    EXPECT_EQ(runTask(there->connections.accessToken(ada, "")), "access 1")
        << "the other process finds it in the store";
    EXPECT_EQ(http.requests, 1);
}

TEST_F(GoogleConnectionsTest, TwoProcessesAtOnceKeepOneToken) {
    connect(-1s);
    const auto before = stored().version;
    boost::asio::io_context loop;
    for (auto* google : {here.get(), there.get()})
        boost::asio::co_spawn(loop, google->connections.accessToken(ada, ""),
                              [](const std::exception_ptr&, const Result<std::string>& one) { EXPECT_TRUE(one); });
    loop.run();
    const auto kept = *token();
    EXPECT_EQ(runTask(there->connections.accessToken(ada, "")), kept);
    EXPECT_LE(http.requests, 2);
    EXPECT_EQ(stored().version, before + 1) << "written once";
}

TEST_F(GoogleConnectionsTest, ATokenThatGmailRefusesIsReplaced) {
    connect(1h);
    EXPECT_EQ(token("access 0"), "access 1");
    EXPECT_EQ(token("access 0"), "access 1") << "refused before it was replaced";
    EXPECT_EQ(http.requests, 1);
}

TEST_F(GoogleConnectionsTest, AWithdrawnGrantBreaksTheConnectionAndIsNotAskedForAgain) {
    connect(-1s);
    withdrawn = true;
    EXPECT_EQ(token().error().code, ErrorCode::Unauthorized);
    EXPECT_THAT(token().error().message, HasSubstr("Connect the account again"));
    EXPECT_EQ(http.requests, 1);
    EXPECT_TRUE(stored().brokenAt);
    withdrawn = false;
    connect(1h);
    EXPECT_EQ(token(), "access 0");
}

TEST_F(GoogleConnectionsTest, WithoutARefreshTokenItEndsWithTheAccess) {
    connect(2min, "");
    EXPECT_EQ(token(), "access 0") << "while it lasts";
    connect(-1s, "");
    EXPECT_EQ(token().error().code, ErrorCode::Unauthorized);
    EXPECT_THAT(stored().brokenReason, HasSubstr("hour"));
    EXPECT_EQ(http.requests, 0);
}

TEST_F(GoogleConnectionsTest, ALaterGrantWithoutOneKeepsTheRefreshToken) {
    connect(1h, "lasting");
    connect(-1s, "");
    EXPECT_EQ(token(), "access 1");
    EXPECT_THAT(seen.back(), HasSubstr("refresh_token=lasting"));
}

TEST_F(GoogleConnectionsTest, WhenGoogleIsDownWhatIsLeftIsUsed) {
    connect(2min);
    down = true;
    EXPECT_EQ(token(), "access 0");
    connect(10s);
    EXPECT_EQ(token().error().code, ErrorCode::Unavailable);
    EXPECT_FALSE(stored().brokenAt);
    down = false;
    EXPECT_EQ(token(), "access 1");
}

TEST_F(GoogleConnectionsTest, DisconnectingRevokesAndErases) {
    connect(1h);
    EXPECT_EQ(runTask(here->connections.disconnect(ada)), true);
    EXPECT_THAT(seen, testing::ElementsAre("/revoke token=refresh"));
    EXPECT_EQ(token().error().code, ErrorCode::NotFound);
    EXPECT_EQ(runTask(here->connections.disconnect(ada)).error().code, ErrorCode::NotFound);
    connect(1h);
    down = true;
    EXPECT_EQ(runTask(here->connections.disconnect(ada)), false) << "erased all the same";
    EXPECT_EQ(token().error().code, ErrorCode::NotFound);
}

TEST_F(GoogleConnectionsTest, AnotherAccountEndsTheFormer) {
    connect(1h, "former");
    ASSERT_TRUE(
        runTask(here->connections.connect(ada, {.subject = "2", .email = "other@gmail.com"}, grant(1h, "new"))));
    EXPECT_THAT(seen, testing::ElementsAre("/revoke token=former"));
    EXPECT_EQ(stored().email, "other@gmail.com");
}

TEST_F(GoogleConnectionsTest, ResealingFreesTheFormerKey) {
    connect(1h);
    Google after(http, options, store->googleCredentials(), seal({"new", "key"}), observe::silentLog());
    EXPECT_EQ(runTask(after.connections.resealAll()), 1);
    EXPECT_EQ(runTask(after.connections.resealAll()), 0);
    Google later(http, options, store->googleCredentials(), seal({"new"}), observe::silentLog());
    EXPECT_EQ(runTask(later.connections.accessToken(ada, "")), "access 0");
    EXPECT_EQ(token().error().code, ErrorCode::Unavailable) << "who has the former key only can't read it";
    EXPECT_FALSE(stored().brokenAt);
}

}  // namespace
}  // namespace nextjob::auth
