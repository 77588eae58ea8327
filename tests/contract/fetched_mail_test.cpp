#include "contract/mailboxes_fixture.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FetchedMailTest : public MailboxesFixture {};

TEST_P(FetchedMailTest, FromSeenThroughTheQueueToDone) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    later(milliseconds(5));
    const auto accepted = get(queue->accept({fetched(ada, seen[0], "one")}));
    EXPECT_EQ(accepted.fresh, 1);
    EXPECT_EQ(accepted.items[0].message, seen[0].message) << "one id from first sight to the end";
    EXPECT_THAT(idsToFetch(held.key), IsEmpty());
    const MessageRecord queued = get(messages().find(ada, seen[0].message));
    EXPECT_EQ(queued.state, MessageState::Queued);
    EXPECT_EQ(queued.key, "key-one");
    EXPECT_EQ(queued.sourceId, "a");
    EXPECT_EQ(queued.subject, mail(ada, "one").subject);
    EXPECT_EQ(queued.bytes, mail(ada, "one").bytes.size());
    EXPECT_EQ(queued.firstSeen + milliseconds(5), queued.fetched);

    const auto claims = get(queue->claim(5));
    ASSERT_THAT(claims, SizeIs(1));
    EXPECT_EQ(claims[0].message, seen[0].message);
    EXPECT_EQ(claims[0].raw.bytes, mail(ada, "one").bytes);
    get(offers().ingest({analysed(ada, claims[0].message, {sighting("Cook", "b:1")})}));
    check(queue->acknowledge(claims));
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Done);
    const auto brought = get(offers().broughtBy(ada, seen[0].message));
    ASSERT_THAT(brought, SizeIs(1));
    EXPECT_EQ(brought[0].title, "Cook");
    EXPECT_THAT(get(offers().broughtBy(eve, seen[0].message)), IsEmpty());
}

TEST_P(FetchedMailTest, TheSameTwiceIsADuplicate) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    const RawMessage raw = fetched(ada, seen[0], "one");
    get(queue->accept({raw}));
    const auto again = get(queue->accept({raw}));
    EXPECT_EQ(again.fresh, 0);
    EXPECT_EQ(again.duplicates, 1);
    EXPECT_EQ(again.items[0].message, seen[0].message);
    EXPECT_EQ(get(queue->depth()).waiting(), 1);
}

TEST_P(FetchedMailTest, AMailThatAFileHasBroughtIsSkippedAndSaysWhy) {
    const auto fromFile = get(queue->accept({mail(ada, "one")})).items[0].message;
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b"});
    const auto accepted = get(queue->accept({fetched(ada, seen[0], "one"), fetched(ada, seen[1], "two")}));
    EXPECT_EQ(accepted.fresh, 1);
    EXPECT_EQ(accepted.duplicates, 1);
    EXPECT_TRUE(accepted.items[0].duplicate);
    EXPECT_EQ(accepted.items[0].message, fromFile);
    EXPECT_FALSE(accepted.items[1].duplicate);
    const MessageRecord skipped = get(messages().find(ada, seen[0].message));
    EXPECT_EQ(skipped.state, MessageState::Skipped);
    EXPECT_THAT(skipped.reason, HasSubstr("message " + std::to_string(fromFile)));
    EXPECT_EQ(get(messages().find(ada, seen[1].message)).state, MessageState::Queued);
    EXPECT_EQ(get(queue->depth()).waiting(), 2);
}

TEST_P(FetchedMailTest, TwoOfOneMailInOneMailboxAreOne) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"inbox 1", "archive 7"});
    const auto accepted = get(queue->accept({fetched(ada, seen[0], "one"), fetched(ada, seen[1], "one")}));
    EXPECT_EQ(accepted.fresh, 1);
    EXPECT_EQ(accepted.items[1].message, seen[0].message);
    EXPECT_EQ(get(messages().find(ada, seen[1].message)).state, MessageState::Skipped);
}

TEST_P(FetchedMailTest, AFilesMessageThatTheMailboxShowsToo) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    const auto accepted = get(queue->accept({mail(ada, "one")}));
    EXPECT_EQ(accepted.fresh, 1) << "nobody knows yet that it is the one in the mailbox";
    get(queue->accept({fetched(ada, seen[0], "one")}));
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Skipped);
    EXPECT_EQ(get(queue->depth()).waiting(), 1);
}

TEST_P(FetchedMailTest, WhatHasEndedMeanwhileStaysEnded) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    check(mailboxes().remove(ada, "gmail"));
    const auto accepted = get(queue->accept({fetched(ada, seen[0], "one")}));
    EXPECT_EQ(accepted.duplicates, 1);
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Skipped);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_P(FetchedMailTest, AllOrNoneIsAccepted) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    UnfetchedMessage nowhere = seen[0];
    nowhere.message += 1000;
    EXPECT_EQ(errorOf(queue->accept({fetched(ada, seen[0], "one"), fetched(ada, nowhere, "two")})), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(queue->accept({fetched(eve, seen[0], "one")})), ErrorCode::Invalid) << "it is ada's";
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Seen);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_P(FetchedMailTest, AFullQueueLeavesThemSeen) {
    queueOptions.maximumDepth = 1;
    queueOptions.acceptWait = milliseconds(1);
    reopen();
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b"});
    get(queue->accept({fetched(ada, seen[0], "one")}));
    EXPECT_EQ(errorOf(queue->accept({fetched(ada, seen[1], "two")})), ErrorCode::Unavailable);
    EXPECT_THAT(idsToFetch(held.key), ElementsAre("b"));
}

TEST_P(FetchedMailTest, OneCallRevivesWhatDiedFetchedOrNot) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b"});
    get(queue->accept({fetched(ada, seen[0], "one")}));
    check(queue->deadLetter(get(queue->claim(1)).at(0), "It can't be analysed."));
    check(mailboxes().end(held.key, {{.message = seen[1].message, .end = FetchOutcome::End::Dead, .reason = "Gone."}}));
    finish(held.key);
    EXPECT_EQ(get(messages().counts(ada)).dead, 2);
    EXPECT_EQ(get(queue->revive(eve)), 0);
    EXPECT_EQ(get(queue->revive(ada)), 2);
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Queued);
    const MessageRecord unfetched = get(messages().find(ada, seen[1].message));
    EXPECT_EQ(unfetched.state, MessageState::Seen);
    EXPECT_EQ(unfetched.attempts, 0);
    EXPECT_EQ(unfetched.reason, "");
    EXPECT_THAT(idsToFetch(leaseOne().key), ElementsAre("b")) << "its mailbox is due";
    EXPECT_EQ(get(queue->depth()).waiting(), 1);
}

TEST_P(FetchedMailTest, WhatNobodyCanFetchStaysDead) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    check(mailboxes().end(held.key, {{.message = seen[0].message, .end = FetchOutcome::End::Dead, .reason = "Gone."}}));
    check(mailboxes().remove(ada, "gmail"));
    EXPECT_EQ(get(queue->revive(ada, seen[0].message)), 0);
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Dead);
}

TEST_P(FetchedMailTest, AUserOverrulesTheFilter) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b"});
    check(mailboxes().end(held.key, {{.message = seen[0].message, .reason = "It is no job mail."}}));
    finish(held.key);
    EXPECT_EQ(errorOf(messages().want(eve, seen[0].message)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(messages().want(ada, seen[1].message)), ErrorCode::Conflict) << "it was not skipped";
    const MessageRecord wanted = get(messages().want(ada, seen[0].message));
    EXPECT_EQ(wanted.state, MessageState::Seen);
    EXPECT_TRUE(wanted.wanted);
    const MailboxLease again = leaseOne();
    const auto toFetch = get(mailboxes().toFetch(again.key, 10));
    ASSERT_THAT(toFetch, SizeIs(2));
    EXPECT_TRUE(toFetch[0].wanted);
    EXPECT_FALSE(toFetch[1].wanted);
}

TEST_P(FetchedMailTest, OnlyWhatTheFilterSkippedCanBeWanted) {
    const auto fromFile = get(queue->accept({mail(ada, "one")})).items[0].message;
    EXPECT_EQ(errorOf(messages().want(ada, fromFile)), ErrorCode::Conflict);
    AnalysedMessage noJob = analysed(ada, fromFile, {});
    noJob.state = MessageState::Skipped;
    get(offers().ingest({noJob}));
    EXPECT_EQ(errorOf(messages().want(ada, fromFile)), ErrorCode::Conflict) << "it was read in full";
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    check(mailboxes().remove(ada, "gmail"));
    EXPECT_EQ(errorOf(messages().want(ada, seen[0].message)), ErrorCode::Conflict) << "there is nowhere to fetch it";
}

TEST_P(FetchedMailTest, TheLedgerIsListedByStatesAndSource) {
    get(queue->accept({mail(ada, "file")}));
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b"});
    check(mailboxes().end(held.key, {{.message = seen[0].message, .reason = "No."}}));
    const auto count = [&](store::MessageFilter filter) { return get(messages().list(ada, filter, {})).items.size(); };
    EXPECT_EQ(count({}), 3U);
    EXPECT_EQ(count({.states = {MessageState::Seen, MessageState::Skipped}}), 2U);
    EXPECT_EQ(count({.states = {MessageState::Queued}}), 1U);
    EXPECT_EQ(count({.states = {}, .import = {}, .source = "gmail"}), 2U);
    EXPECT_EQ(count({.states = {MessageState::Queued}, .import = {}, .source = "gmail"}), 0U);
}

INSTANTIATE_TEST_SUITE_P(Engines, FetchedMailTest, testing::ValuesIn(queueEngines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
