#include "contract/engine.hpp"
#include "queue/redis/stream.hpp"
#include "support/redis_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <thread>

namespace nextjob::contract {
namespace {

using queue::redis::Connection;
using queue::redis::parseAddress;
using queue::redis::Pipeline;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What only the queue over Redis can show: a store in SQLite, and a client of the test's own beside the queue.
class RedisQueueTest : public testing::Test {
  protected:
    void SetUp() override {
        store = valueOf(store::open(store::sqliteUrl(folder.path() / "nextjob.db")));
        NewUser user;
        user.email = "ada@example.org";
        ada = get(store->users().create(user)).id;
        open();
    }

    void open(queue::Options options = {}) { queue = valueOf(queue::open(*store, options, url)); }

    std::vector<RawMessage> mails(int count, const std::string& prefix = "m") const {
        std::vector<RawMessage> made;
        for (int number = 0; number < count; ++number) made.push_back(mail(ada, prefix + std::to_string(number)));
        return made;
    }

    // Runs one command beside the queue. Its answer is good until the next.
    template <class... Words>
    queue::redis::Value tell(const Words&... words) {
        Pipeline pipeline;
        pipeline.add(words...);
        beside = std::make_unique<Connection>(parseAddress(url).value(), Pipeline{}, "", Connection::Patience{});
        return valueOf(beside->run(pipeline)).front();
    }
    std::int64_t length(const std::string& stream) { return tell("XLEN", stream).integer(); }
    std::string lastDeadLetter(std::string_view field) {
        const auto found = tell("XREVRANGE", "jobs:dead", "+", "-", "COUNT", "1");
        const auto fields = found[0][1];
        for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
            if (fields[i].text() == field) return std::string(fields[i + 1].text());
        return "";
    }

    // Analyses everything that waits; the keys of what it got, each time that it got it.
    std::multiset<std::string> workOff(milliseconds patience = {}) {
        std::multiset<std::string> keys;
        for (auto claims = get(queue->claim(10, patience)); !claims.empty(); claims = get(queue->claim(10, patience))) {
            for (const Claim& claim : claims) {
                get(store->offers().ingest({analysed(ada, claim.message, {})}));
                keys.insert(claim.raw.key);
            }
            check(queue->acknowledge(claims));
        }
        return keys;
    }
    std::int64_t done() { return get(store->messages().counts(ada)).done; }

    TemporaryFolder folder;
    std::string url = RedisServer::shared().freshUrl();
    UserId ada = 0;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<queue::Queue> queue;
    std::unique_ptr<Connection> beside;
};

TEST_F(RedisQueueTest, AnAcceptedMailIsAnEventInTheStreamUntilItIsDone) {
    const MessageId id = get(queue->accept(mails(1))).items[0].message;
    EXPECT_EQ(length("jobs"), 1);
    const auto entry = tell("XRANGE", "jobs", "-", "+");
    const std::string event(entry[0][1][3].text());
    EXPECT_THAT(event, AllOf(HasSubstr("\"schema_version\":1"), HasSubstr("\"email\":\"ada@example.org\""),
                             HasSubstr("\"full_text\":\""), HasSubstr("Body of m0"),
                             HasSubstr("\"message_id\":" + std::to_string(id))));
    EXPECT_THAT(workOff(), SizeIs(1));
    EXPECT_EQ(length("jobs"), 0);
    EXPECT_EQ(tell("EXISTS", "jobs:messages", "jobs:delayed").integer(), 0);
}

TEST_F(RedisQueueTest, WhatTheServerHasLostIsSentAgain) {
    get(queue->accept(mails(5)));
    tell("FLUSHDB");
    open();
    EXPECT_THAT(workOff(), SizeIs(5));
    get(queue->accept(mails(5, "n")));
    tell("DEL", "jobs");
    open();
    EXPECT_THAT(workOff(), SizeIs(5));
    EXPECT_EQ(done(), 10);
}

TEST_F(RedisQueueTest, WhatTheLedgerAloneHasIsSentToTheStream) {
    get(valueOf(queue::open(*store))->accept(mails(120)));  // as a process that dies before it speaks to Redis
    EXPECT_EQ(length("jobs"), 0);
    EXPECT_THAT(workOff(), SizeIs(120));
}

TEST_F(RedisQueueTest, AMessageIsInTheStreamOnce) {
    get(queue->accept(mails(3)));
    for (int start = 0; start < 3; ++start) {
        open();
        check(queue->release(get(queue->claim(3))));
        EXPECT_EQ(length("jobs"), 3);
    }
}

TEST_F(RedisQueueTest, WhatEndedBeforeItWasAcknowledgedIsNotDoneAgain) {
    get(queue->accept(mails(2)));
    const auto claims = get(queue->claim(2));
    get(store->offers().ingest({analysed(ada, claims[0].message, {})}));
    check(queue->release(claims));
    const auto again = get(queue->claim(5));
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].message, claims[1].message);
    EXPECT_EQ(length("jobs"), 1);
}

TEST_F(RedisQueueTest, MailOfADeletedUserIsDropped) {
    get(queue->accept(mails(3)));
    check(store->users().erase(ada));
    EXPECT_THAT(get(queue->claim(5)), IsEmpty());
    EXPECT_EQ(length("jobs"), 0);
}

TEST_F(RedisQueueTest, AnEventThatCantBeReadIsADeadLetterAndTheOthersGoOn) {
    tell("XADD", "jobs", "*", "event", "{\"schema_version\":2}");
    tell("XADD", "jobs", "*", "nonsense", "1");
    get(queue->accept(mails(2)));
    EXPECT_THAT(workOff(), SizeIs(2));
    EXPECT_EQ(length("jobs:dead"), 2);
    EXPECT_EQ(get(queue->depth()).dead, 2);
    EXPECT_THAT(lastDeadLetter("reason"), HasSubstr("not JSON"));
    EXPECT_EQ(lastDeadLetter("nonsense"), "1");
}

TEST_F(RedisQueueTest, AMailWhoseEventWasSpoiltIsGivenUpOnInTheLedgerTooAndCanBeRevived) {
    const MessageId id = get(queue->accept(mails(1))).items[0].message;
    tell("DEL", "jobs");
    tell("XADD", "jobs", "*", "message", std::to_string(id), "event", "{\"schema_version\":7}");
    open();
    EXPECT_THAT(get(queue->claim(1)), IsEmpty());
    const auto record = get(store->messages().find(ada, id));
    EXPECT_EQ(record.state, MessageState::Dead);
    EXPECT_THAT(record.reason, HasSubstr("schema_version 7"));
    EXPECT_THAT(lastDeadLetter("event"), HasSubstr("7"));
    EXPECT_EQ(get(queue->revive(ada)), 1);
    EXPECT_EQ(length("jobs:dead"), 0);
    EXPECT_THAT(workOff(), SizeIs(1));
}

TEST_F(RedisQueueTest, ADeadLetterSaysWhatItWasAndWhy) {
    const MessageId id = get(queue->accept(mails(1))).items[0].message;
    check(queue->deadLetter(get(queue->claim(1)).at(0), "Not a mail."));
    EXPECT_EQ(lastDeadLetter("reason"), "Not a mail.");
    EXPECT_EQ(lastDeadLetter("message_id"), std::to_string(id));
    EXPECT_EQ(lastDeadLetter("user_id"), std::to_string(ada));
    EXPECT_EQ(lastDeadLetter("gmail_message_id"), "<m0@mail.example>");
    EXPECT_EQ(lastDeadLetter("attempts"), "1");
    EXPECT_EQ(lastDeadLetter("event"), "");
}

TEST_F(RedisQueueTest, AClaimWhoseAnswerWasLostIsGivenToTheNext) {
    get(queue->accept(mails(1, "before")));
    workOff();
    get(queue->accept(mails(3)));
    // What the server sees when the connection is cut between its answer and us.
    const auto consumers = tell("XINFO", "CONSUMERS", "jobs", "analyse");
    const std::string consumer(consumers[0][1].text());
    tell("XREADGROUP", "GROUP", "analyse", consumer, "COUNT", "3", "STREAMS", "jobs", ">");
    EXPECT_THAT(get(queue->claim(3)), IsEmpty());
    tell("CLIENT", "KILL", "TYPE", "normal");
    // One claim meets the broken connection, the next knows of it.
    get(queue->claim(3));
    const auto claims = get(queue->claim(3));
    ASSERT_THAT(claims, SizeIs(3));
    EXPECT_EQ(claims[0].attempts, 0);
}

TEST_F(RedisQueueTest, AKeyOfAnotherProgramIsNamed) {
    queue.reset();
    tell("DEL", "jobs");
    tell("SET", "jobs", "mine");
    const auto refused = queue::open(*store, {}, url);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("another number at the end of REDIS_URL"));
}

// Each of these has a server of its own, for they stop it.
class RedisOutageTest : public RedisQueueTest {
  protected:
    RedisOutageTest() { url = server.freshUrl(); }

    RedisServer server;
};

TEST_F(RedisOutageTest, AServerThatStopsAndStartsUnderLoadLosesNothing) {
    constexpr int batches = 60, each = 10;
    std::atomic<bool> reading = true;
    std::jthread source([&] {
        for (int batch = 0; batch < batches; ++batch)
            get(queue->accept(mails(each, "b" + std::to_string(batch) + "-")));
        reading = false;
    });
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 2; ++worker) {
        workers.emplace_back([&] {
            while (reading || get(store->messages().counts(ada)).queued > 0) {
                const auto claims = run(queue->claim(7, milliseconds(50)));
                if (!claims) continue;
                for (const Claim& claim : *claims)
                    get(store->offers().ingest(
                        {analysed(ada, claim.message, {sighting(claim.raw.key, "", claim.raw.key)})}));
                [[maybe_unused]] const auto told =
                    run(queue->acknowledge(*claims));  // the server may be away again: it comes back by itself
            }
        });
    }
    for (int outage = 0; outage < 4; ++outage) {
        std::this_thread::sleep_for(milliseconds(100));
        server.stop();
        std::this_thread::sleep_for(milliseconds(100));
        server.start();
    }
    source.join();
    workers.clear();
    EXPECT_EQ(done(), batches * each);
    EXPECT_EQ(get(store->offers().count(ada, {})), batches * each);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_F(RedisOutageTest, MailIsAcceptedWhileTheServerIsAwayAndAnalysedWhenItIsBack) {
    server.stop();
    EXPECT_EQ(get(queue->accept(mails(3))).fresh, 3);
    EXPECT_EQ(errorOf(queue->ping()), ErrorCode::Unavailable);
    server.start();
    check(queue->release(get(queue->claim(3, milliseconds(60'000)))));
    EXPECT_THAT(workOff(), SizeIs(3));
    EXPECT_FALSE(errorOf(queue->ping()));
}

TEST_F(RedisOutageTest, AServerThatIsAwayAtTheStartIsNamed) {
    queue.reset();
    server.stop();
    const auto refused = queue::open(*store, {}, url);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("redis.sock"), HasSubstr("REDIS_URL")));
}

// TLS, users and passwords.
class GuardedRedisTest : public testing::Test {
  protected:
    static std::string problemOf(const std::string& url) {
        const auto described = queue::describeRedis(url);
        return described ? "" : described.error().message;
    }

    GuardedRedisServer server;
};

TEST_F(GuardedRedisTest, LetsInWhoProvesWhoTheyAre) {
    EXPECT_EQ(problemOf(server.url("worker:pass%3Aword")), "");
    EXPECT_EQ(problemOf(server.url("worker:pass%3Aword", "127.0.0.1")), "");
    EXPECT_EQ(problemOf(server.url(":default%20word")), "");

    TemporaryFolder folder;
    const auto store = valueOf(store::open(store::sqliteUrl(folder.path() / "nextjob.db")));
    NewUser user;
    user.email = "ada@example.org";
    const UserId ada = get(store->users().create(user)).id;
    const auto queue = valueOf(queue::open(*store, {}, server.url("worker:pass%3Aword")));
    RawMessage large = mail(ada, "large");
    large.bytes.append(5U << 20, 'x');
    get(queue->accept({large}));
    const auto claims = get(queue->claim(1));
    ASSERT_THAT(claims, SizeIs(1));
    EXPECT_EQ(claims[0].raw.bytes, large.bytes);
    check(queue->retryLater(claims[0], "later", milliseconds(0)));
    check(queue->deadLetter(get(queue->claim(1)).at(0), "no"));
    EXPECT_EQ(get(queue->revive(ada)), 1);
    check(queue->release(get(queue->claim(1))));
    EXPECT_EQ(get(queue->depth()).ready, 1);
}

TEST_F(GuardedRedisTest, SaysWhatIsWrongAndNeverThePassword) {
    EXPECT_THAT(problemOf(server.url("worker:hunter2")),
                AllOf(HasSubstr("refuses this user"), Not(HasSubstr("hunter2"))));
    EXPECT_THAT(problemOf(server.url(":hunter2")), AllOf(HasSubstr("refuses this user"), Not(HasSubstr("hunter2"))));
    EXPECT_THAT(problemOf(server.url("")), HasSubstr("asks for a password"));
    std::string untrusted = server.url("worker:pass%3Aword");
    untrusted.erase(untrusted.find('?'));
    EXPECT_THAT(problemOf(untrusted), AllOf(HasSubstr("TLS"), HasSubstr("cafile")));
    EXPECT_THAT(problemOf(server.url("worker:pass%3Aword", "127.0.0.2")), HasSubstr("127.0.0.2"));
}

}  // namespace
}  // namespace nextjob::contract
