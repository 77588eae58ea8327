#include "ingest/gmail/gmail_sync.hpp"

#include "ingest/gmail/gmail_cursor.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "ingest/sync/sync_progress.hpp"
#include "ingest/sync/sync_workers.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/open.hpp"
#include "store/mailboxes.hpp"
#include "store/messages.hpp"
#include "store/open.hpp"
#include "store/users.hpp"
#include "support/google_process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <stop_token>
#include <thread>

// Gmail mailboxes from tests/fakes/google into a store and queue in SQLite.
namespace nextjob::ingest {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The local backend, with tokens of the fake's and what a crash keeps from happening.
class TestBackend final : public SyncBackend {
  public:
    TestBackend(store::Mailboxes& mailboxes, queue::Queue& queue)
        : inner_(mailboxes, queue, nullptr, nullptr, "test") {}

    std::string token;
    bool broken = false;
    std::function<bool(const std::string& call)> dies = nullptr;  // the call does not arrive

    Task<Result<std::string>> gmailToken(UserId, std::string, std::stop_token) override {
        if (broken) co_return failure(ErrorCode::Unauthorized, "Connect the account again.");
        co_return token;
    }
    Task<Result<std::vector<MailboxLease>>> lease(std::vector<std::string> sources, int count,
                                                  std::chrono::milliseconds wait) override {
        return inner_.lease(std::move(sources), count, std::min<std::chrono::milliseconds>(wait, 20ms));
    }
    Task<Result<void>> extend(LeaseKey key) override { return inner_.extend(key); }
    Task<Result<ImapLogin>> imapLogin(UserId user) override { return inner_.imapLogin(user); }
    Task<Result<void>> imapRefused(UserId user, std::int64_t version, std::string reason) override {
        return inner_.imapRefused(user, version, std::move(reason));
    }
    Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                              std::vector<std::string> seen) override {
        if (dies && dies("advance")) co_return failure(ErrorCode::Unavailable, "the process died");
        auto done = co_await inner_.advance(key, std::move(cursor), std::move(progress), std::move(seen));
        co_return done;
    }
    Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) override {
        return inner_.toFetch(key, limit);
    }
    Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) override {
        if (dies && dies("end")) co_return failure(ErrorCode::Unavailable, "the process died");
        auto done = co_await inner_.end(key, std::move(outcomes));
        co_return done;
    }
    Task<Result<void>> finish(LeaseKey key, SyncEnd end) override { return inner_.finish(key, std::move(end)); }
    Task<Result<queue::Accepted>> accept(LeaseKey key, std::vector<RawMessage> messages) override {
        if (dies && dies("accept")) co_return failure(ErrorCode::Unavailable, "the process died");
        auto done = co_await inner_.accept(key, std::move(messages));
        co_return done;
    }

  private:
    LocalSyncBackend inner_;
};

class GmailSyncTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        http = net::makeHttpClient();
        google = std::make_unique<test::GoogleProcess>(*http);
    }
    static void TearDownTestSuite() {
        google.reset();
        http.reset();
    }

    GmailSyncTest() {
        static int count = 0;
        address = fmt::format("sync{}@gmail.com", ++count);
        tell("no_faults");
        tell("page_size", R"({"size":100})");
        tell("account", fmt::format(R"({{"email":"{}"}})", address));
        user = runTask(store->users().create({.email = address, .passwordHash = "x"})).value().id;
        if (!runTask(store->mailboxes().put(user, "gmail", "{}"))) throw std::runtime_error("no mailbox");
        backend.token = tell("grant", fmt::format(R"({{"email":"{}"}})", address)).at("access_token").as_string();
        options.random = [] { return 0.5; };
        options.schedule.messageRetry = 1ms;
    }

    static boost::json::object tell(const std::string& name, const std::string& arguments = "{}") {
        const auto said = boost::json::parse(google->tell(name, arguments));
        return said.is_object() ? said.get_object() : boost::json::object{};
    }
    static void fault(const std::string& kind, const std::string& path, const std::string& rest = R"("times":1)") {
        tell("fault", fmt::format(R"({{"kind":"{}","path":"{}",{}}})", kind, path, rest));
    }
    std::vector<std::string> load(const std::string& files) {
        std::vector<std::string> ids;
        const auto loaded = tell("load", fmt::format(R"({{"email":"{}","files":[{}]}})", address, files));
        for (const auto& id : loaded.at("ids").as_array()) ids.emplace_back(id.as_string());
        return ids;
    }
    // Job mails, each a message of its own.
    std::vector<std::string> loadMany(int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i) ids.push_back(deliver(fmt::format("New job number {}", ++mails)));
        return ids;
    }
    std::string deliver(const std::string& subject) {
        const std::string raw = fmt::format(
            "From: a@b.example\r\nMessage-ID: <{0}.{1}>\r\nSubject: {0}\r\n\r\nText of {0}\r\n", subject, address);
        boost::json::object arguments{{"email", address}, {"raw", base64(raw)}};
        return std::string(tell("deliver", boost::json::serialize(arguments)).at("id").as_string());
    }
    static std::string base64(std::string_view bytes) {
        static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::string out;
        for (std::size_t i = 0; i < bytes.size(); i += 3) {
            std::uint32_t three = 0;
            for (std::size_t j = 0; j < 3; ++j)
                three = three << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
            for (std::size_t j = 0; j < 4; ++j) out += i + j > bytes.size() ? '=' : digits[three >> (18 - 6 * j) & 63];
        }
        return out;
    }

    // One run, from lease to end.
    SyncProgress sync(const std::string& topic = "") {
        if (!runTask(store->mailboxes().ask(user, "gmail"))) throw std::runtime_error("no mailbox");
        const auto before = box();
        std::vector<std::unique_ptr<SourceSync>> sources;
        sources.push_back(std::make_unique<GmailSync>(client, topic));
        SyncWorkers workers(backend, std::move(sources), metrics, observe::silentLog(), options);
        for (int i = 0; i < 6000; ++i) {
            const auto now = box();
            if (!now.busy && !now.asked && now.due > currentTime()) return readSyncProgress(now.progress);
            std::this_thread::sleep_for(5ms);
        }
        throw std::runtime_error("the run does not end: " + box().progress);
    }
    Mailbox box() { return runTask(store->mailboxes().find(user, "gmail")).value(); }

    // What the ledger has, by Gmail's id.
    std::map<std::string, MessageRecord> ledger() {
        std::map<std::string, MessageRecord> rows;
        PageRequest page;
        page.limit = 100;
        while (true) {
            auto some = runTask(store->messages().list(user, {}, page)).value();
            for (auto& row : some.items) {
                EXPECT_FALSE(rows.contains(row.sourceId)) << "twice in the ledger";
                rows.emplace(row.sourceId, std::move(row));
            }
            if (some.next.empty()) return rows;
            page.cursor = some.next;
        }
    }
    int count(MessageState state) {
        int found = 0;
        for (const auto& [id, row] : ledger()) found += row.state == state ? 1 : 0;
        return found;
    }
    static inline std::unique_ptr<net::HttpClient> http;
    static inline std::unique_ptr<test::GoogleProcess> google;

    TemporaryDirectory folder;
    std::unique_ptr<store::Store> store = std::move(store::open(store::sqliteUrl(folder.path() / "t.db")).value());
    std::unique_ptr<queue::Queue> queue =
        std::move(queue::open(*store, {.maximumDepth = 100'000, .acceptWait = 50ms}).value());
    TestBackend backend{store->mailboxes(), *queue};
    std::string address;
    UserId user = 0;
    int mails = 0;
    observe::SyncMetrics metrics;
    SyncOptions options;
    std::mutex mutex;
    std::map<std::string, int> requests;  // by kind; guarded by mutex
    GmailClientOptions clientOptions{.url = google->url(),
                                     .patience = {.attempts = 2, .first = 1ms, .longest = 2ms, .budget = 1s},
                                     .deadline = 5s,
                                     .count = [this](std::string_view call, std::string_view) {
                                         const std::scoped_lock lock(mutex);
                                         ++requests[std::string(call)];
                                     }};
    GmailClient client{*http,
                       [this](UserId of, std::string refused, std::stop_token stop) {
                           return backend.gmailToken(of, std::move(refused), std::move(stop));
                       },
                       clientOptions};
};

TEST_F(GmailSyncTest, TheFirstRunBringsTheJobMailOfTheLastMonths) {
    const auto ids = load(R"("linkedin-alert-en.eml","indeed-alert-en.eml","rejection-de.eml","receipt-en.eml")");
    const auto progress = sync();
    EXPECT_EQ(progress.phase, SyncPhase::Idle) << progress.error;
    const auto rows = ledger();
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(rows.at(ids[i]).state, MessageState::Queued);
    EXPECT_FALSE(rows.contains(ids[3])) << "the search is for job mail";
    EXPECT_EQ(progress.found, 3);
    EXPECT_EQ(progress.queued, 3);
    const auto cursor = readGmailCursor(box().cursor);
    EXPECT_GT(cursor.history, 1000U);
    EXPECT_TRUE(cursor.searches.empty());
}

TEST_F(GmailSyncTest, TheUserSaysHowFarBackAndWhatFor) {
    load(R"("linkedin-alert-en.eml","indeed-alert-en.eml")");
    const boost::json::object old{{"email", address}, {"raw", base64("Subject: An old job\r\n\r\nx")}, {"received", 1}};
    tell("deliver", boost::json::serialize(old));
    if (!runTask(store->mailboxes().put(user, "gmail", R"({"days":7,"query":"from:indeed"})"))) FAIL();
    EXPECT_EQ(sync().found, 1);
}

TEST_F(GmailSyncTest, AQuietPollIsOneCall) {
    loadMany(3);
    sync();
    requests.clear();
    EXPECT_EQ(sync().found, 0);
    EXPECT_THAT(requests, testing::ElementsAre(testing::Pair("history.list", 1)));
}

TEST_F(GmailSyncTest, LaterRunsBringWhatIsNew) {
    loadMany(3);
    sync();
    const auto later = loadMany(2);
    const auto none = deliver("Cake on Sunday");
    requests.clear();
    const auto progress = sync();
    EXPECT_EQ(progress.found, 3);
    EXPECT_EQ(progress.queued, 2);
    EXPECT_EQ(progress.skipped, 1);
    EXPECT_EQ(requests, (std::map<std::string, int>{{"history.list", 1}, {"batch", 1}}));
    const auto rows = ledger();
    for (const auto& id : later) EXPECT_EQ(rows.at(id).state, MessageState::Queued);
    EXPECT_EQ(rows.at(none).state, MessageState::Skipped);
    EXPECT_THAT(rows.at(none).reason, HasSubstr("no word of jobs"));
}

TEST_F(GmailSyncTest, ManyPagesDuplicatesAndDisorderAreOneMessageEach) {
    tell("page_size", R"({"size":7})");
    loadMany(40);
    fault("duplicates", "messages", R"("times":null,"probability":0.5)");
    EXPECT_EQ(sync().found, 40);
    loadMany(30);
    fault("duplicates", "history", R"("times":null,"probability":0.5)");
    fault("disorder", "history", R"("times":null,"probability":0.5)");
    sync();
    EXPECT_EQ(count(MessageState::Queued), 70);
}

TEST_F(GmailSyncTest, WhatGmailHasForgottenIsListedAnew) {
    loadMany(3);
    sync();
    const auto before = readGmailCursor(box().cursor).history;
    const auto missed = loadMany(4);
    const auto cake = deliver("Cake on Sunday");
    tell("expire_history", fmt::format(R"({{"email":"{}"}})", address));
    const auto progress = sync();
    EXPECT_EQ(progress.phase, SyncPhase::Idle) << progress.error;
    EXPECT_EQ(progress.found, 5) << "all mail since, as the history would have told";
    EXPECT_GT(readGmailCursor(box().cursor).history, before);
    for (const auto& id : missed) EXPECT_EQ(ledger().at(id).state, MessageState::Queued);
    EXPECT_EQ(ledger().at(cake).state, MessageState::Skipped);
    requests.clear();
    sync();
    EXPECT_EQ(requests, (std::map<std::string, int>{{"history.list", 1}})) << "and all is as usual";
}

TEST_F(GmailSyncTest, AMessageThatVanishesIsSkippedWithItsReason) {
    const auto ids = loadMany(3);
    fault("vanish", ids[1]);
    sync();
    EXPECT_EQ(ledger().at(ids[1]).state, MessageState::Skipped);
    EXPECT_THAT(ledger().at(ids[1]).reason, HasSubstr("deleted"));
    EXPECT_EQ(count(MessageState::Queued), 2);
}

TEST_F(GmailSyncTest, AMessageThatFailsForLongIsGivenUpOnAndTheOthersCome) {
    const auto ids = loadMany(3);
    fault("500", ids[1], R"("times":null)");
    sync();
    EXPECT_EQ(ledger().at(ids[1]).state, MessageState::Seen);
    // A run that comes before the message's next try leaves it alone, so it may take more runs than tries.
    for (int i = 0; i < 100 && count(MessageState::Dead) == 0; ++i) sync();
    EXPECT_EQ(ledger().at(ids[1]).state, MessageState::Dead);
    EXPECT_EQ(count(MessageState::Queued), 2);
}

TEST_F(GmailSyncTest, ARateLimitEndsTheRunUntilItIsOver) {
    loadMany(3);
    fault("429", "/batch", R"("times":null,"seconds":600)");
    fault("429", "/messages/", R"("times":null,"seconds":600)");
    const auto progress = sync();
    EXPECT_THAT(progress.error, HasSubstr("no more calls for now"));
    EXPECT_GT(box().due, currentTime() + 9min);
    EXPECT_EQ(count(MessageState::Seen), 3);
}

TEST_F(GmailSyncTest, ABrokenConnectionSaysWhatToDo) {
    loadMany(1);
    backend.broken = true;
    const auto progress = sync();
    EXPECT_TRUE(progress.broken);
    EXPECT_EQ(progress.error, "Connect the account again.");
    EXPECT_GT(box().due, currentTime() + 24h * 365);
    backend.broken = false;
    EXPECT_EQ(sync().queued, 1) << "once somebody asks for it";
}

TEST_F(GmailSyncTest, ATokenThatGmailRefusesForNowBreaksNothing) {
    loadMany(1);
    fault("401", "/profile", R"("times":4)");
    EXPECT_FALSE(sync().broken);
    EXPECT_LT(box().due, currentTime() + 1h);
    for (int i = 0; i < 3; ++i) sync();
    EXPECT_EQ(count(MessageState::Queued), 1);
}

TEST_F(GmailSyncTest, GoogleIsAskedToAnnounceMailAndLooksBecomeRare) {
    sync("projects/p/topics/t");
    EXPECT_EQ(requests["watch"], 1);
    EXPECT_GT(box().due, currentTime() + 15min);
    requests.clear();
    sync("projects/p/topics/t");
    EXPECT_EQ(requests, (std::map<std::string, int>{{"history.list", 1}})) << "it holds for days";
    sync("projects/p/topics/other");
    EXPECT_EQ(requests["watch"], 1);
    fault("500", "/watch", R"("times":null)");
    sync("projects/p/topics/third");
    EXPECT_EQ(readSyncProgress(box().progress).phase, SyncPhase::Idle) << "looks do without";
}

TEST_F(GmailSyncTest, ACrashAtAnyPointLosesAndDoublesNothing) {
    tell("page_size", R"({"size":10})");
    std::set<std::string> sent;
    for (const auto& id : loadMany(60)) sent.insert(id);
    options.messagesOfRun = 50;
    int steps = 0;
    // Each run gets a little further before it dies: at every call that changes something.
    for (int survives = 0; survives < 14; ++survives) {
        int left = survives;
        backend.dies = [&](const std::string&) { return --left < 0; };
        sync();
        ++steps;
        if (survives == 6)
            for (const auto& id : loadMany(15)) sent.insert(id);
    }
    backend.dies = nullptr;
    sync();
    const auto rows = ledger();
    EXPECT_EQ(rows.size(), sent.size());
    for (const auto& id : sent) EXPECT_EQ(rows.at(id).state, MessageState::Queued) << id;
    EXPECT_EQ(runTask(queue->depth())->waiting(), 75);
}

TEST_F(GmailSyncTest, FaultsAtRandomLoseAndDoubleNothing) {
    tell("page_size", R"({"size":20})");
    std::set<std::string> sent;
    for (const auto& id : loadMany(60)) sent.insert(id);
    for (const char* kind : {"401", "403", "429", "500", "503", "cut", "garbage", "duplicates", "disorder", "expired"})
        fault(kind, "", R"("times":null,"probability":0.04,"seconds":0)");
    fault("vanish", "messages/", R"("times":5,"probability":0.1)");
    for (int i = 0; i < 12; ++i) {
        for (const auto& id : loadMany(3)) sent.insert(id);
        sync();
    }
    tell("no_faults");
    for (int i = 0; i < 3; ++i) sync();
    const auto rows = ledger();
    EXPECT_EQ(rows.size(), sent.size());
    for (const auto& id : sent) {
        const auto& row = rows.at(id);
        const bool vanished = row.state == MessageState::Skipped && row.reason.contains("deleted");
        EXPECT_TRUE(row.state == MessageState::Queued || vanished) << id << ' ' << row.reason;
    }
}

}  // namespace
}  // namespace nextjob::ingest
