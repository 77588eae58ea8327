#include "contract/engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class LedgerTest : public StoreTest {
  protected:
    std::vector<RawMessage> mails(UserId user, int count, const std::string& prefix = "m") {
        std::vector<RawMessage> made;
        for (int number = 0; number < count; ++number) made.push_back(mail(user, prefix + std::to_string(number)));
        return made;
    }

    // Claims and completes everything that waits, without offers.
    int workOff() {
        int done = 0;
        for (auto claims = get(queue->claim(10)); !claims.empty(); claims = get(queue->claim(10))) {
            for (const Claim& claim : claims) {
                get(offers().ingest({analysed(claim.raw.user, claim.message, {})}));
                ++done;
            }
            check(queue->acknowledge(claims));
        }
        return done;
    }
};

TEST_P(LedgerTest, AMessageIsAcceptedOnceAUser) {
    const UserId ada = addUser("ada@example.org");
    const UserId bob = addUser("bob@example.org");
    const auto first = get(queue->accept({mail(ada, "one"), mail(ada, "two"), mail(ada, "one")}));
    EXPECT_EQ(first.fresh, 2);
    EXPECT_EQ(first.duplicates, 1);
    ASSERT_THAT(first.items, SizeIs(3));
    EXPECT_EQ(first.items[2].message, first.items[0].message);
    EXPECT_TRUE(first.items[2].duplicate);

    EXPECT_EQ(get(queue->accept({mail(ada, "two")})).duplicates, 1);
    EXPECT_EQ(get(queue->accept({mail(bob, "one")})).fresh, 1);
    EXPECT_THAT(get(messages().known(ada, {"key-two", "key-three"})), ElementsAre(true, false));
    EXPECT_EQ(get(queue->depth()).ready, 3);
}

TEST_P(LedgerTest, AMessageKeepsWhatItsSourceSaidAndWhatAnalysisFound) {
    const UserId ada = addUser("ada@example.org");
    RawMessage raw = mail(ada, "one");
    raw.format = MailFormat::GmailJson;
    raw.truncated = true;
    raw.bytes = std::string("{\"id\":\"a\0b\"}", 12);
    const MessageId id = get(queue->accept({raw})).items[0].message;
    const Claim claim = get(queue->claim(1)).at(0);
    EXPECT_EQ(claim.message, id);
    EXPECT_EQ(claim.raw.bytes, raw.bytes);
    EXPECT_EQ(claim.raw.format, MailFormat::GmailJson);
    EXPECT_TRUE(claim.raw.truncated);
    EXPECT_EQ(claim.raw.receivedAt, raw.receivedAt);

    AnalysedMessage result = analysed(ada, id, {sighting("Engineer", "", "engineer")});
    result.announced = 12;
    result.language = "de";
    result.profile = "stepstone";
    result.sender = "Stepstone";
    result.analysisTime = std::chrono::microseconds(730);
    get(offers().ingest({result}));
    const MessageRecord record = get(messages().findByKey(ada, raw.key));
    EXPECT_EQ(record.id, id);
    EXPECT_EQ(record.state, MessageState::Done);
    EXPECT_EQ(record.kind, MailKind::Alert);
    EXPECT_EQ(record.announced, 12);
    EXPECT_EQ(record.found, 1);
    EXPECT_EQ(record.profile, "stepstone");
    EXPECT_EQ(record.sender, "Stepstone");
    EXPECT_EQ(record.subject, raw.subject);
    EXPECT_EQ(record.bytes, raw.bytes.size());
    EXPECT_TRUE(record.truncated);
    EXPECT_EQ(record.analysisTime.count(), 730);
}

TEST_P(LedgerTest, ABatchIsAcceptedWholeOrNotAtAll) {
    const UserId ada = addUser("ada@example.org");
    RawMessage nameless = mail(ada, "two");
    nameless.key.clear();
    EXPECT_EQ(errorOf(queue->accept({mail(ada, "one"), nameless})), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(queue->accept({mail(ada, "one"), mail(ada + 9, "two")})), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(queue->accept({mail(ada, "one")}, ImportProgress{.import = 77, .bytesRead = 1, .seen = 1})),
              ErrorCode::NotFound);
    EXPECT_EQ(get(messages().counts(ada)).all(), 0);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_P(LedgerTest, AStrangerSeesNothing) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    const MessageId id = get(queue->accept({mail(ada, "one")})).items[0].message;
    EXPECT_EQ(errorOf(messages().find(eve, id)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(messages().findByKey(eve, "key-one")), ErrorCode::NotFound);
    EXPECT_THAT(get(messages().list(eve, {}, {})).items, IsEmpty());
    EXPECT_EQ(get(offers().ingest({analysed(eve, id, {sighting("Stolen")})})).repeated, 1);
    EXPECT_EQ(get(offers().count(eve, {})), 0);
    EXPECT_EQ(get(messages().find(ada, id)).state, MessageState::Queued);
}

TEST_P(LedgerTest, TheLedgerIsListedByStateAndImportNewestFirst) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 3)));
    const auto claims = get(queue->claim(2));
    get(offers().ingest({analysed(ada, claims[0].message, {})}));
    AnalysedMessage skipped = analysed(ada, claims[1].message, {});
    skipped.state = MessageState::Skipped;
    skipped.reason = "Not about jobs.";
    get(offers().ingest({skipped}));

    const auto counts = get(messages().counts(ada));
    EXPECT_EQ(counts.queued, 1);
    EXPECT_EQ(counts.done, 1);
    EXPECT_EQ(counts.skipped, 1);
    const auto all = get(messages().list(ada, {}, {.limit = 2, .offset = 0, .cursor = ""}));
    EXPECT_EQ(all.count, 3);
    EXPECT_EQ(all.items[0].key, "key-m2");
    const auto page = get(messages().list(ada, {.states = {MessageState::Skipped}}, {}));
    ASSERT_THAT(page.items, SizeIs(1));
    EXPECT_EQ(page.items[0].reason, "Not about jobs.");
}

TEST_P(LedgerTest, TheQueueGivesTheOldestFirstAndEachToOneWorkerOnly) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 5)));
    const auto first = get(queue->claim(2));
    const auto rest = get(queue->claim(10));
    ASSERT_THAT(first, SizeIs(2));
    ASSERT_THAT(rest, SizeIs(3));
    EXPECT_EQ(first[0].raw.key, "key-m0");
    EXPECT_EQ(rest[0].raw.key, "key-m2");
    EXPECT_THAT(get(queue->claim(10)), IsEmpty());
    EXPECT_EQ(get(queue->depth()).claimed, 5);
}

TEST_P(LedgerTest, ACompletedMessageLeavesTheQueueAndRunsTwiceWithoutEffect) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 1)));
    const auto claims = get(queue->claim(1));
    const auto result = analysed(ada, claims[0].message, {sighting("Engineer", "linkedin:1", "engineer")});
    EXPECT_EQ(get(offers().ingest({result})).completed, 1);
    check(queue->acknowledge(claims));
    const auto again = get(offers().ingest({result, result}));
    EXPECT_EQ(again.completed, 0);
    EXPECT_EQ(again.repeated, 2);
    EXPECT_EQ(again.offersNew + again.offersUpdated, 0);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
    EXPECT_EQ(get(queue->depth()).bytes, 0U);
    EXPECT_EQ(get(offers().list(ada, {}, {}, {})).items.at(0).sightings, 1);
}

TEST_P(LedgerTest, AReleasedMessageIsFreeAtOnceAndCountsNoAttempt) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 1)));
    check(queue->release(get(queue->claim(1))));
    const auto again = get(queue->claim(1));
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].attempts, 0);
}

TEST_P(LedgerTest, AFailedMessageWaitsForItsNextTryAndDiesAfterTheLast) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 1)));
    for (int attempt = 0; attempt < queueOptions.maximumAttempts; ++attempt) {
        const auto claims = get(queue->claim(1));
        ASSERT_THAT(claims, SizeIs(1));
        EXPECT_EQ(claims[0].attempts, attempt);
        check(queue->retryLater(claims[0], "The model did not answer.", milliseconds(5000)));
        EXPECT_THAT(get(queue->claim(1)), IsEmpty());
        *clock += 5000;
    }
    const MessageRecord dead = get(messages().findByKey(ada, "key-m0"));
    EXPECT_EQ(dead.state, MessageState::Dead);
    EXPECT_EQ(dead.reason, "The model did not answer.");
    EXPECT_EQ(dead.attempts, queueOptions.maximumAttempts);
    EXPECT_EQ(get(queue->depth()).dead, 1);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_P(LedgerTest, ADeadLetterComesBackWithItsBytes) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    get(queue->accept(mails(ada, 2)));
    const auto claims = get(queue->claim(2));
    check(queue->deadLetter(claims[0], "Not a mail."));
    check(queue->deadLetter(claims[1], "Not a mail."));
    EXPECT_THAT(get(queue->claim(2)), IsEmpty());
    EXPECT_EQ(get(queue->revive(eve)), 0);
    EXPECT_EQ(get(queue->revive(eve, claims[0].message)), 0);
    EXPECT_EQ(get(queue->revive(ada, claims[1].message)), 1);
    EXPECT_EQ(get(queue->revive(ada)), 1);
    EXPECT_EQ(get(queue->revive(ada)), 0);
    auto again = get(queue->claim(5));
    ASSERT_THAT(again, SizeIs(2));
    std::ranges::sort(again, {}, &Claim::message);
    EXPECT_EQ(again[0].raw.bytes, claims[0].raw.bytes);
    EXPECT_EQ(again[0].attempts, 0);
    EXPECT_EQ(get(messages().counts(ada)).queued, 2);
}

TEST_P(LedgerTest, WhoHasLostAClaimCanNoLongerReturnTheMessage) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 1)));
    queueOptions.lease = milliseconds(20);  // of the test's clock, or of the server's own
    reopen();
    const Claim lost = get(queue->claim(1)).at(0);
    *clock += queueOptions.lease.count();
    const Claim held = get(queue->claim(1, milliseconds(60'000))).at(0);
    EXPECT_NE(held.ticket, lost.ticket);
    check(queue->retryLater(lost, "late", milliseconds(0)));
    check(queue->deadLetter(lost, "late"));
    check(queue->release({lost}));
    EXPECT_EQ(get(queue->depth()).claimed, 1);
    EXPECT_EQ(get(messages().find(ada, held.message)).state, MessageState::Queued);
}

TEST_P(LedgerTest, AClaimWhoseLeaseEndsHasFailedAndTheLastOneIsADeadLetter) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 1)));
    queueOptions.lease = milliseconds(20);  // of the test's clock, or of the server's own
    queueOptions.maximumAttempts = 2;
    reopen();
    for (int attempt = 0; attempt < queueOptions.maximumAttempts; ++attempt) {
        const auto claims = get(queue->claim(1, milliseconds(60'000)));
        ASSERT_THAT(claims, SizeIs(1));
        EXPECT_EQ(claims[0].attempts, attempt);
        *clock += queueOptions.lease.count();
    }
    // Looked for every second.
    while (get(messages().findByKey(ada, "key-m0")).state != MessageState::Dead)
        ASSERT_THAT(get(queue->claim(1, milliseconds(50))), IsEmpty());
    const MessageRecord dead = get(messages().findByKey(ada, "key-m0"));
    EXPECT_EQ(dead.attempts, queueOptions.maximumAttempts);
    EXPECT_FALSE(dead.reason.empty());
}

TEST_P(LedgerTest, DepthTellsHowFarAnalysisIsBehind) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept(mails(ada, 3)));
    const auto claims = get(queue->claim(2));
    check(queue->retryLater(claims[0], "later", milliseconds(60'000)));
    *clock += 1500;
    const auto depth = get(queue->depth());
    EXPECT_EQ(depth.ready, 1);
    EXPECT_EQ(depth.claimed, 1);
    EXPECT_EQ(depth.delayed, 1);
    EXPECT_EQ(depth.lag, milliseconds(1500));
    EXPECT_EQ(depth.bytes, 3 * claims[0].raw.bytes.size());
}

TEST_P(LedgerTest, AFullQueueMakesItsSourceWaitUntilThereIsRoom) {
    const UserId ada = addUser("ada@example.org");
    queueOptions.maximumDepth = 4;
    reopen();
    get(queue->accept(mails(ada, 4, "first")));

    boost::asio::thread_pool pool(2);
    auto waiting = boost::asio::co_spawn(pool, queue->accept({mail(ada, "late")}), boost::asio::use_future);
    EXPECT_EQ(get(messages().counts(ada)).all(), 4);
    int done = workOff();
    EXPECT_EQ(valueOf(waiting.get()).fresh, 1);
    pool.join();
    done += workOff();
    EXPECT_EQ(done, 5);
}

TEST_P(LedgerTest, AQueueThatStaysFullSaysSo) {
    const UserId ada = addUser("ada@example.org");
    queueOptions.maximumBytes = 10;
    queueOptions.acceptWait = milliseconds(1);
    reopen();
    get(queue->accept({mail(ada, "one")}));
    EXPECT_EQ(errorOf(queue->accept({mail(ada, "two")})), ErrorCode::Unavailable);
    EXPECT_EQ(get(messages().counts(ada)).all(), 1);
}

TEST_P(LedgerTest, OneUserLeavesRoomForTheOthers) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    queueOptions.maximumDepth = 4;
    queueOptions.acceptWait = milliseconds(1);
    reopen();
    get(queue->accept(mails(ada, 2)));
    EXPECT_EQ(errorOf(queue->accept({mail(ada, "more")})), ErrorCode::Unavailable) << "half of it is hers";
    EXPECT_EQ(errorOf(queue->accept({mail(eve, "one"), mail(ada, "more")})), ErrorCode::Unavailable);
    EXPECT_EQ(get(messages().counts(eve)).all(), 0) << "all of a call or nothing";
    EXPECT_EQ(get(queue->accept({mail(eve, "one")})).fresh, 1);
    EXPECT_EQ(workOff(), 3);
    EXPECT_EQ(get(queue->accept({mail(ada, "more")})).fresh, 1);
}

TEST_P(LedgerTest, AWaitingWorkerWakesForANewMessage) {
    const UserId ada = addUser("ada@example.org");
    boost::asio::thread_pool pool(2);
    auto waiting = boost::asio::co_spawn(pool, queue->claim(1, milliseconds(60'000)), boost::asio::use_future);
    get(queue->accept({mail(ada, "one")}));
    EXPECT_THAT(valueOf(waiting.get()), SizeIs(1));
    pool.join();
}

TEST_P(LedgerTest, ManyWorkersAtOnceGetEveryMessageOnce) {
    const UserId ada = addUser("ada@example.org");
    constexpr int count = 300;
    get(queue->accept(mails(ada, count)));
    const auto second = openQueue(*store);

    std::mutex mutex;
    std::multiset<MessageId> claimed;
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
        workers.emplace_back([&, worker] {
            auto& mine = worker % 2 == 0 ? *queue : *second;
            while (true) {
                const auto claims = get(mine.claim(7));
                if (claims.empty()) return;
                for (const Claim& claim : claims) {
                    get(offers().ingest(
                        {analysed(ada, claim.message, {sighting("Engineer " + claim.raw.key, "", claim.raw.key)})}));
                    const std::lock_guard lock(mutex);
                    claimed.insert(claim.message);
                }
                check(mine.acknowledge(claims));
            }
        });
    }
    workers.clear();
    EXPECT_EQ(claimed.size(), std::size_t{count});
    EXPECT_EQ(std::set<MessageId>(claimed.begin(), claimed.end()).size(), std::size_t{count});
    EXPECT_EQ(get(messages().counts(ada)).done, count);
    EXPECT_EQ(get(offers().count(ada, {})), count);
}

INSTANTIATE_TEST_SUITE_P(Engines, LedgerTest, testing::ValuesIn(queueEngines()),
                         [](const auto& engine) { return engine.param.name; });
INSTANTIATE_TEST_SUITE_P(Elsewhere, LedgerTest, testing::ValuesIn(remoteEngines()),
                         [](const auto& engine) { return engine.param.name; });

// A queue in a database goes round between users; a stream is first come, first served.
class TurnsTest : public LedgerTest {
  protected:
    // Whose messages are claimed next, and which; done at once.
    std::vector<std::string> next(int count) {
        const auto claims = get(queue->claim(count));
        std::vector<std::string> keys;
        for (const Claim& claim : claims) {
            keys.push_back(claim.raw.key);
            get(offers().ingest({analysed(claim.raw.user, claim.message, {})}));
        }
        check(queue->acknowledge(claims));
        return keys;
    }
};

TEST_P(TurnsTest, WhoSendsLittleDoesNotWaitForAllThatAnotherHasSent) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    get(queue->accept(mails(ada, 20, "a")));
    EXPECT_THAT(next(3), UnorderedElementsAre("key-a0", "key-a1", "key-a2"));
    get(queue->accept(mails(eve, 2, "e")));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a3", "key-e0"));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a4", "key-e1"));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a5", "key-a6")) << "what is left is ada's";
}

TEST_P(TurnsTest, NobodyGetsMoreTurnsByComingOften) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    get(queue->accept(mails(ada, 10, "a")));
    for (int number = 0; number < 5; ++number) get(queue->accept({mail(eve, "e" + std::to_string(number))}));
    for (const std::string place : {"0", "1", "2"})
        EXPECT_THAT(next(2), UnorderedElementsAre("key-a" + place, "key-e" + place));
    get(queue->accept({mail(eve, "e5"), mail(eve, "e6"), mail(eve, "e7")}));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a3", "key-e3"));
}

TEST_P(TurnsTest, WhatIsLaidAsideLetsNobodyPassTheOthers) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    get(queue->accept(mails(ada, 8, "a")));
    check(queue->retryLater(get(queue->claim(1)).at(0), "later", milliseconds(60'000)));
    next(5);
    get(queue->accept(mails(eve, 6, "e")));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a6", "key-e0")) << "eve begins with those that are next";
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a7", "key-e1"));
    get(queue->accept(mails(ada, 1, "b")));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-b0", "key-e2"));
    *clock += 60'000;
    EXPECT_THAT(next(2), ElementsAre("key-a0")) << "and comes alone, as one that has failed before";
}

TEST_P(TurnsTest, RevivedMessagesStandInLineToo) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    get(queue->accept(mails(eve, 2, "e")));
    for (const Claim& claim : get(queue->claim(2))) check(queue->deadLetter(claim, "It can't be analysed."));
    get(queue->accept(mails(ada, 5, "a")));
    next(2);
    EXPECT_EQ(get(queue->revive(eve)), 2);
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a2", "key-e0"));
    EXPECT_THAT(next(2), UnorderedElementsAre("key-a3", "key-e1"));
}

INSTANTIATE_TEST_SUITE_P(Engines, TurnsTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
