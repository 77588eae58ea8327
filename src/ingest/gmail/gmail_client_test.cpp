#include "ingest/gmail/gmail_client.hpp"

#include "ingest/gmail/raw_gmail_message.hpp"
#include "mail/message.hpp"
#include "model/run_task.hpp"
#include "support/google_process.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <stop_token>
#include <thread>

// Against tests/fakes/google, over real sockets, with everything that may go wrong there.
namespace nextjob::ingest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr UserId ada = 7;

class GmailClientTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        http = net::makeHttpClient();
        google = std::make_unique<test::GoogleProcess>(*http);
    }
    static void TearDownTestSuite() {
        google.reset();
        http.reset();
    }

    // Each test has an account of its own.
    void SetUp() override {
        static int count = 0;
        address = fmt::format("ada{}@gmail.com", ++count);
        tell("no_faults");
        tell("page_size", R"({"size":100})");
        tell("account", fmt::format(R"({{"email":"{}"}})", address));
        token = granted();
    }

    static boost::json::object tell(const std::string& name, const std::string& arguments = "{}") {
        return boost::json::parse(google->tell(name, arguments)).get_object();
    }

    std::string granted(const std::string& more = "") {
        const auto grant = tell("grant", fmt::format(R"({{"email":"{}"{}}})", address, more));
        return std::string(grant.at("access_token").as_string());
    }

    std::vector<std::string> load(const std::string& files) {
        std::vector<std::string> ids;
        const auto loaded = tell("load", fmt::format(R"({{"email":"{}","files":[{}]}})", address, files));
        for (const auto& id : loaded.at("ids").as_array()) ids.emplace_back(id.as_string());
        return ids;
    }
    std::vector<std::string> loadThree() {
        return load(R"("linkedin-alert-en.eml","indeed-alert-en.eml","rejection-de.eml")");
    }

    // `rest` is more of the rule's members.
    static void fault(const std::string& kind, const std::string& path, int times = 1, const std::string& rest = "") {
        tell("fault", fmt::format(R"({{"kind":"{}","path":"{}","times":{}{}}})", kind, path, times, rest));
    }

    Task<Result<std::string>> give(UserId user, std::string refused) {
        EXPECT_EQ(user, ada);
        if (!refused.empty()) {
            EXPECT_EQ(refused, token);
            ++renewals;
            if (broken) co_return failure(ErrorCode::Unauthorized, "connect again");
            token = granted();
        }
        co_return token;
    }

    template <class T>
    static GmailFault faultOf(const GmailResult<T>& result) {
        if (result) throw std::runtime_error("it went well");
        return result.error().fault;
    }

    GmailResult<std::vector<GmailResult<GmailMessage>>> fetch(std::vector<std::string> ids) {
        return runTask(client.messages(ada, std::move(ids)));
    }

    static inline std::unique_ptr<net::HttpClient> http;
    static inline std::unique_ptr<test::GoogleProcess> google;

    std::string address, token;
    int renewals = 0;
    bool broken = false;
    GmailClientOptions options{.url = google->url(),
                               .patience = {.attempts = 3, .first = 1ms, .longest = 2ms, .budget = 1s},
                               .deadline = 20s,
                               .maximumBytes = 2U << 20};
    GmailClient client{
        *http,
        [this](UserId user, std::string refused, const std::stop_token&) { return give(user, std::move(refused)); },
        options};
};

TEST_F(GmailClientTest, ReadsAMailbox) {
    const auto ids = loadThree();
    const auto profile = runTask(client.profile(ada));
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->email, address);
    EXPECT_EQ(profile->messages, 3);
    const auto listed = runTask(client.list(ada, "", ""));
    ASSERT_TRUE(listed);
    EXPECT_THAT(listed->ids, testing::UnorderedElementsAreArray(ids));
    EXPECT_EQ(listed->nextPage, "");
    const auto found = runTask(client.list(ada, "from:linkedin newer_than:7d", ""));
    EXPECT_THAT(found->ids, ElementsAre(ids[0]));
    EXPECT_THAT(runTask(client.list(ada, "from:nobody", ""))->ids, IsEmpty());
}

TEST_F(GmailClientTest, WhatIsUnderWayCanBeBrokenOff) {
    const auto ids = loadThree();
    const auto slowed = [] {
        const auto state = tell("state");
        const auto* count = state.at("faults").as_object().if_contains("slow");
        return count == nullptr ? 0 : count->to_number<int>();
    };
    const int before = slowed();
    fault("slow", "/batch", 1, R"(,"seconds":30)");
    const std::jthread breaking([&] {
        while (slowed() == before) std::this_thread::sleep_for(5ms);
        client.breakOff();
    });
    EXPECT_EQ(faultOf(fetch(ids)), GmailFault::Stopped);
    EXPECT_EQ(faultOf(runTask(client.profile(ada))), GmailFault::Stopped) << "nothing begins any more";
}

TEST_F(GmailClientTest, AMessageIsWhatAnalysisReads) {
    const auto ids = loadThree();
    auto message = runTask(client.message(ada, ids[0]));
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->id, ids[0]);
    EXPECT_THAT(message->sender, testing::HasSubstr("linkedin"));
    EXPECT_FALSE(message->subject.empty());
    EXPECT_THAT(message->labels, ElementsAre("INBOX", "UNREAD"));
    EXPECT_GT(message->received, Timestamp{});
    EXPECT_GT(message->history, 1000U);
    const auto read = mail::parseAny(message->json);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_FALSE(read->document->text.empty());
    const auto subject = message->subject;
    const RawMessage raw = rawMessage(std::move(*message), ada);
    EXPECT_EQ(raw.user, ada);
    EXPECT_EQ(raw.source, "gmail");
    EXPECT_EQ(raw.sourceId, ids[0]);
    EXPECT_EQ(raw.format, MailFormat::GmailJson);
    EXPECT_TRUE(raw.key.starts_with("mail:")) << "the same mail from a file has the same key";
    EXPECT_EQ(raw.subject, subject);
    EXPECT_TRUE(raw.receivedAt);
}

TEST_F(GmailClientTest, WalksPages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
        for (auto& id : loadThree()) ids.push_back(std::move(id));
    tell("page_size", R"({"size":4})");
    std::vector<std::string> listed, added;
    std::string page;
    do {
        const auto some = runTask(client.list(ada, "", page));
        ASSERT_TRUE(some);
        std::ranges::copy(some->ids, std::back_inserter(listed));
        page = some->nextPage;
    } while (!page.empty());
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(ids));
    do {
        const auto some = runTask(client.history(ada, 1000, page));
        ASSERT_TRUE(some);
        std::ranges::copy(some->added, std::back_inserter(added));
        page = some->nextPage;
        EXPECT_EQ(some->history, runTask(client.profile(ada))->history);
    } while (!page.empty());
    EXPECT_EQ(added, ids);
}

TEST_F(GmailClientTest, HistoryBringsWhatCameSince) {
    loadThree();
    const auto start = runTask(client.profile(ada))->history;
    EXPECT_THAT(runTask(client.history(ada, start, ""))->added, IsEmpty());
    const auto later = load(R"("reed-alert-en.eml","recruiter-plain-en.eml")");
    fault("duplicates", "history");
    fault("disorder", "history");
    EXPECT_THAT(runTask(client.history(ada, start, ""))->added, ElementsAre(later[1], later[1], later[0], later[0]));
    tell("expire_history", fmt::format(R"({{"email":"{}"}})", address));
    EXPECT_EQ(faultOf(runTask(client.history(ada, start, ""))), GmailFault::HistoryExpired);
}

TEST_F(GmailClientTest, ABatchBringsEachMessageInItsPlace) {
    const auto ids = loadThree();
    const auto found = fetch({ids[2], ids[0], "18f0000000000000", ids[1]});
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_THAT(*found, SizeIs(4));
    EXPECT_EQ((*found)[0]->id, ids[2]);
    EXPECT_EQ((*found)[1]->id, ids[0]);
    EXPECT_EQ(faultOf((*found)[2]), GmailFault::Gone);
    EXPECT_EQ((*found)[3]->id, ids[1]);
    EXPECT_THAT(*fetch({}), IsEmpty());
    EXPECT_EQ(faultOf(fetch(std::vector<std::string>(101, ids[0]))), GmailFault::Permanent);
    EXPECT_EQ(faultOf(fetch({"../../x"})), GmailFault::Permanent);
    EXPECT_EQ(faultOf(runTask(client.message(ada, "a/b"))), GmailFault::Permanent);
}

TEST_F(GmailClientTest, PartsOfABatchThatFailAreAskedForAgain) {
    const auto ids = loadThree();
    for (const char* kind : {"429", "500", "403"}) {
        fault(kind, ids[1], 2);
        const auto found = fetch(ids);
        ASSERT_TRUE(found) << kind;
        for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ((*found)[i]->id, ids[i]) << kind;
    }
    fault("500", ids[1], 99);
    const auto found = fetch(ids);
    EXPECT_TRUE((*found)[0]);
    EXPECT_EQ(faultOf((*found)[1]), GmailFault::Temporary);
    EXPECT_TRUE((*found)[2]);
}

TEST_F(GmailClientTest, AMessageThatVanishesIsGone) {
    const auto ids = loadThree();
    fault("vanish", ids[1]);
    const auto found = fetch(ids);
    EXPECT_TRUE((*found)[0]);
    EXPECT_EQ(faultOf((*found)[1]), GmailFault::Gone);
    EXPECT_EQ(faultOf(runTask(client.message(ada, ids[1]))), GmailFault::Gone);
    EXPECT_THAT(runTask(client.list(ada, "", ""))->ids, SizeIs(2));
}

TEST_F(GmailClientTest, ShortFailuresAreNotNoticed) {
    const auto ids = loadThree();
    for (const char* kind : {"429", "403", "500", "503", "cut"}) {
        for (const char* path : {"/profile", "/messages", "/batch"}) fault(kind, path, 2);
        EXPECT_TRUE(runTask(client.profile(ada))) << kind;
        EXPECT_TRUE(runTask(client.list(ada, "", ""))) << kind;
        tell("no_faults");
        fault(kind, "/batch", 2);
        const auto found = fetch(ids);
        ASSERT_TRUE(found) << kind << ' ' << found.error().message;
        EXPECT_TRUE((*found)[2]) << kind;
        tell("no_faults");
    }
}

TEST_F(GmailClientTest, LastingFailuresSayWhatToDo) {
    loadThree();
    const auto profileUnder = [&](const std::string& kind, const std::string& rest = "") {
        tell("no_faults");
        fault(kind, "/profile", 99, rest);
        return runTask(client.profile(ada));
    };
    EXPECT_EQ(faultOf(profileUnder("500")), GmailFault::Temporary);
    EXPECT_EQ(faultOf(profileUnder("503")), GmailFault::Temporary);
    EXPECT_EQ(faultOf(profileUnder("cut")), GmailFault::Temporary);
    EXPECT_EQ(faultOf(profileUnder("garbage")), GmailFault::Temporary);
    EXPECT_EQ(faultOf(profileUnder("huge")), GmailFault::TooLarge);
}

TEST_F(GmailClientTest, ASlowReplyIsGivenUpAtItsDeadline) {
    GmailClientOptions hasty = options;
    hasty.deadline = 50ms;
    hasty.patience.attempts = 1;
    GmailClient other(
        *http,
        [this](UserId user, std::string refused, const std::stop_token&) { return give(user, std::move(refused)); },
        hasty);
    fault("slow", "/profile", 1, R"(,"seconds":2)");
    EXPECT_EQ(faultOf(runTask(other.profile(ada))), GmailFault::Temporary);
}

TEST_F(GmailClientTest, WhenGmailSaysHowLongNobodyAsksEarlier) {
    for (const char* kind : {"429", "403"}) {
        GmailClient fresh(
            *http,
            [this](UserId user, std::string refused, const std::stop_token&) { return give(user, std::move(refused)); },
            options);
        tell("no_faults");
        fault(kind, "/profile", 1, R"(,"seconds":600)");
        const auto limited = runTask(fresh.profile(ada));
        EXPECT_EQ(faultOf(limited), GmailFault::RateLimited);
        EXPECT_GT(*limited.error().until, currentTime() + 590s);
        const auto held = runTask(fresh.list(ada, "", ""));
        EXPECT_EQ(faultOf(held), GmailFault::RateLimited) << "not even asked";
        EXPECT_GT(*held.error().until, currentTime() + 590s);
    }
}

TEST_F(GmailClientTest, ATokenThatIsRefusedIsRenewedOnce) {
    const auto ids = loadThree();
    tell("end_access_tokens");
    EXPECT_TRUE(runTask(client.profile(ada)));
    EXPECT_EQ(renewals, 1);
    tell("end_access_tokens");
    const auto found = fetch(ids);
    ASSERT_TRUE(found);
    for (const auto& one : *found) EXPECT_TRUE(one);
    EXPECT_EQ(renewals, 2);
    fault("401", "/profile", 99);
    EXPECT_EQ(faultOf(runTask(client.profile(ada))), GmailFault::AuthBroken);
    EXPECT_EQ(renewals, 3);
}

TEST_F(GmailClientTest, AConnectionThatIsBrokenIsToldApart) {
    const auto ids = loadThree();
    broken = true;
    tell("end_access_tokens");
    EXPECT_EQ(faultOf(runTask(client.profile(ada))), GmailFault::AuthBroken);
    EXPECT_EQ(faultOf(fetch(ids)), GmailFault::AuthBroken);
    token = granted(R"(,"scopes":["openid","email"])");
    EXPECT_EQ(faultOf(runTask(client.profile(ada))), GmailFault::AuthBroken) << "mail was not granted";
}

TEST_F(GmailClientTest, TheLargestIsLeftOutAndTheOthersCome) {
    auto ids = loadThree();
    std::string raw = "RnJvbTogYUBiLmNvDQoN";  // "From: a@b.co", in base64
    for (int i = 0; i < 1'000'000; ++i) raw += "eHh4";
    const auto big = tell("deliver", fmt::format(R"({{"email":"{}","raw":"{}"}})", address, raw));
    ids.emplace_back(big.at("id").as_string());
    const auto found = fetch(ids);
    ASSERT_TRUE(found);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE((*found)[i]) << i;
    EXPECT_EQ(faultOf((*found)[3]), GmailFault::TooLarge);
    EXPECT_EQ(faultOf(runTask(client.message(ada, ids[3]))), GmailFault::TooLarge);
}

TEST_F(GmailClientTest, WatchesAndStops) {
    const auto watch = runTask(client.watch(ada, "projects/p/topics/t"));
    ASSERT_TRUE(watch) << watch.error().message;
    EXPECT_GT(watch->expires, currentTime() + 6 * 24h);
    EXPECT_EQ(watch->history, runTask(client.profile(ada))->history);
    EXPECT_TRUE(runTask(client.stop(ada)));
    EXPECT_EQ(faultOf(runTask(client.watch(ada, ""))), GmailFault::Permanent);
}

TEST_F(GmailClientTest, ErrorsTellNoTokenAndNoAddress) {
    fault("401", "/profile", 99);
    const auto refused = runTask(client.profile(ada));
    EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr(token)));
    EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr(address)));
}

}  // namespace
}  // namespace nextjob::ingest
