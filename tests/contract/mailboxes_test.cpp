#include "contract/mailboxes_fixture.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "queue/process_identity.hpp"
#include "store/sender_rules.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class MailboxesTest : public MailboxesFixture {};

TEST_P(MailboxesTest, AMailboxIsDueFromTheStartAndKeepsWhatARunLeaves) {
    const Mailbox made = get(mailboxes().put(ada, "gmail", R"({"days":30})"));
    EXPECT_EQ(made.user, ada);
    EXPECT_EQ(made.settings, R"({"days":30})");
    EXPECT_EQ(made.due, now());
    EXPECT_FALSE(made.busy);

    const MailboxLease held = leaseOne();
    EXPECT_EQ(held.mailbox.id, made.id);
    EXPECT_EQ(held.key.mailbox, made.id);
    EXPECT_TRUE(get(mailboxes().find(ada, "gmail")).busy);
    EXPECT_THAT(lease(), IsEmpty()) << "somebody reads it";
    EXPECT_EQ(get(mailboxes().advance(held.key, R"({"at":1})", R"({"listed":2})", {"a", "b"})), 2);
    check(mailboxes().finish(
        held.key, {.cursor = R"({"at":2})", .progress = "", .due = now() + milliseconds(500), .idleRuns = 3}));
    reopen();
    const Mailbox left = get(mailboxes().find(ada, "gmail"));
    EXPECT_EQ(left.cursor, R"({"at":2})");
    EXPECT_EQ(left.progress, R"({"listed":2})");
    EXPECT_EQ(left.idleRuns, 3);
    EXPECT_EQ(left.due, now() + milliseconds(500));
    EXPECT_FALSE(left.busy);
    EXPECT_THAT(lease(), IsEmpty()) << "it is not due";
    later(milliseconds(500));
    EXPECT_THAT(lease(), SizeIs(1));
}

TEST_P(MailboxesTest, EachUserHasTheirOwn) {
    get(mailboxes().put(ada, "imap", "{}"));
    get(mailboxes().put(ada, "gmail", "{}"));
    EXPECT_THAT(get(mailboxes().ofUser(ada)),
                ElementsAre(Field(&Mailbox::source, "gmail"), Field(&Mailbox::source, "imap")));
    EXPECT_THAT(get(mailboxes().ofUser(eve)), IsEmpty());
    EXPECT_EQ(errorOf(mailboxes().find(eve, "gmail")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(mailboxes().ask(eve, "gmail")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(mailboxes().restart(eve, "gmail")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(mailboxes().remove(eve, "gmail")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(mailboxes().put(eve + 100, "gmail", "{}")), ErrorCode::NotFound);
}

TEST_P(MailboxesTest, TheLongestDueComesFirstOfTheSourcesAskedForAndOfActiveUsers) {
    const UserId joe = addUser("joe@example.org");
    get(mailboxes().put(ada, "gmail", "{}"));
    later(milliseconds(5));
    get(mailboxes().put(eve, "imap", "{}"));
    later(milliseconds(5));
    get(mailboxes().put(joe, "gmail", "{}"));
    UserChanges asleep;
    asleep.isActive = false;
    get(users().update(ada, asleep));
    const auto imapOnly = get(mailboxes().lease("worker", {"imap"}, 10, leaseLength));
    ASSERT_THAT(imapOnly, SizeIs(1));
    EXPECT_EQ(imapOnly[0].mailbox.user, eve);
    finish(imapOnly[0].key, milliseconds(-1));
    const auto both = lease();
    ASSERT_THAT(both, SizeIs(2)) << "ada's account sleeps";
    EXPECT_EQ(both[0].mailbox.user, eve) << "hers is due a moment longer";
    EXPECT_EQ(both[1].mailbox.user, joe);
}

TEST_P(MailboxesTest, ALeaseBringsTheRulesOfItsUser) {
    check(store->senderRules().put(ada, {.sender = "news@shop.example", .read = false}));
    check(store->senderRules().put(eve, {.sender = "@jobs.example", .read = true}));
    const MailboxLease held = gmailOf(ada);
    ASSERT_THAT(held.rules, SizeIs(1));
    EXPECT_EQ(held.rules[0].sender, "news@shop.example");
    EXPECT_FALSE(held.rules[0].read);
}

TEST_P(MailboxesTest, AfterItsLeaseAWorkerChangesNothing) {
    const MailboxLease first = gmailOf(ada);
    const auto seen = see(first.key, {"a"});
    later(leaseLength);
    const MailboxLease second = leaseOne();
    EXPECT_GT(second.key.fence, first.key.fence);
    for (const LeaseKey late : {first.key, LeaseKey{.mailbox = first.key.mailbox + 100, .fence = 1}}) {
        EXPECT_EQ(errorOf(mailboxes().extend(late, leaseLength)), ErrorCode::Conflict);
        EXPECT_EQ(errorOf(mailboxes().advance(late, "late", "late", {"b"})), ErrorCode::Conflict);
        EXPECT_EQ(errorOf(mailboxes().toFetch(late, 10)), ErrorCode::Conflict);
        EXPECT_EQ(errorOf(mailboxes().end(late, {{.message = seen[0].message, .reason = "late"}})),
                  ErrorCode::Conflict);
        EXPECT_EQ(errorOf(mailboxes().finish(late, {.cursor = "late", .progress = "late", .due = {}, .idleRuns = 9})),
                  ErrorCode::Conflict);
    }
    const Mailbox kept = get(mailboxes().find(ada, "gmail"));
    EXPECT_EQ(kept.cursor, "");
    EXPECT_EQ(kept.progress, "");
    EXPECT_TRUE(kept.busy);
    EXPECT_THAT(idsToFetch(second.key), ElementsAre("a"));
}

TEST_P(MailboxesTest, ALeaseEndsByTimeAlsoWhereNobodyWantsItAndIsHeldByExtending) {
    const MailboxLease held = gmailOf(ada);
    later(leaseLength / 2);
    check(mailboxes().extend(held.key, leaseLength));
    later(leaseLength / 2);
    EXPECT_THAT(lease(), IsEmpty());
    later(leaseLength / 2);
    EXPECT_FALSE(get(mailboxes().find(ada, "gmail")).busy);
    EXPECT_EQ(errorOf(mailboxes().advance(held.key, "late", "", {})), ErrorCode::Conflict);
    EXPECT_THAT(lease(), SizeIs(1));
}

TEST_P(MailboxesTest, WhoeverAsksWhileItIsReadGetsARunOfTheirOwn) {
    const MailboxLease first = gmailOf(ada);
    const Mailbox asked = get(mailboxes().ask(ada, "gmail"));
    EXPECT_EQ(asked.asked, now());
    later(milliseconds(10));
    finish(first.key);
    const MailboxLease second = leaseOne();
    EXPECT_TRUE(second.mailbox.asked.has_value()) << "their run begins only now";
    finish(second.key);
    const Mailbox after = get(mailboxes().find(ada, "gmail"));
    EXPECT_FALSE(after.asked.has_value());
    EXPECT_EQ(after.due, now() + milliseconds(300'000));
}

TEST_P(MailboxesTest, AskingMakesItDueAndTheRunAnswersIt) {
    finish(gmailOf(ada).key);
    EXPECT_THAT(lease(), IsEmpty());
    later(milliseconds(7));
    EXPECT_EQ(get(mailboxes().ask(ada, "gmail")).due, now());
    const Timestamp first = now();
    later(milliseconds(7));
    EXPECT_EQ(get(mailboxes().ask(ada, "gmail")).asked, first) << "they wait since they asked first";
    const MailboxLease held = leaseOne();
    EXPECT_EQ(held.mailbox.asked, first);
    finish(held.key);
    EXPECT_FALSE(get(mailboxes().find(ada, "gmail")).asked.has_value());
    EXPECT_THAT(lease(), IsEmpty());
}

TEST_P(MailboxesTest, NewSettingsAreReadAtOnce) {
    const MailboxLease held = gmailOf(ada);
    get(mailboxes().put(ada, "gmail", R"({"days":90})"));
    finish(held.key);
    EXPECT_EQ(leaseOne().mailbox.settings, R"({"days":90})");
}

TEST_P(MailboxesTest, RestartingForgetsTheCursorAndEndsTheRunThatWentByIt) {
    const MailboxLease held = gmailOf(ada);
    get(mailboxes().advance(held.key, "far", "much", {"a"}));
    check(mailboxes().restart(ada, "gmail"));
    EXPECT_EQ(errorOf(mailboxes().advance(held.key, "farther", "", {})), ErrorCode::Conflict);
    const MailboxLease again = leaseOne();
    EXPECT_EQ(again.mailbox.cursor, "");
    EXPECT_EQ(get(mailboxes().advance(again.key, "", "", {"a"})), 0) << "the ledger knows it";
}

TEST_P(MailboxesTest, OfManyThreadsEachMailboxGoesToOne) {
    constexpr int boxes = 60;
    for (int number = 0; number < boxes; ++number)
        get(mailboxes().put(addUser(std::to_string(number) + "@example.org"), "gmail", "{}"));
    std::mutex mutex;
    std::vector<MailboxId> taken;
    {
        std::vector<std::jthread> threads;
        for (int worker = 0; worker < 6; ++worker) {
            threads.emplace_back([&, worker] {
                for (int none = 0; none < 3;) {
                    const auto got =
                        run(mailboxes().lease("worker " + std::to_string(worker), {"gmail"}, 4, leaseLength));
                    if (!got || got->empty()) ++none;
                    if (!got) continue;
                    const std::scoped_lock lock(mutex);
                    for (const MailboxLease& each : *got) taken.push_back(each.mailbox.id);
                }
            });
        }
    }
    EXPECT_THAT(taken, SizeIs(boxes));
    EXPECT_THAT(std::set(taken.begin(), taken.end()), SizeIs(boxes));
}

TEST_P(MailboxesTest, WhatIsSeenWaitsInItsOrderUntilItIsFetched) {
    const MailboxLease held = gmailOf(ada);
    EXPECT_EQ(get(mailboxes().advance(held.key, "", "", {"b", "a", "b"})), 2);
    EXPECT_EQ(get(mailboxes().advance(held.key, "", "", {"c", "a"})), 1);
    EXPECT_THAT(idsToFetch(held.key), ElementsAre("b", "a", "c"));
    EXPECT_THAT(get(mailboxes().toFetch(held.key, 1)), SizeIs(1));
    EXPECT_EQ(get(messages().counts(ada)).seen, 3);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
    EXPECT_THAT(get(messages().knownAt(ada, "gmail", {"a", "x"})), ElementsAre(true, false));
    const auto found = get(messages().findAtSource(ada, "gmail", "a"));
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(get(messages().ownerOf(found.front().id)), ada);
    EXPECT_EQ(errorOf(messages().ownerOf(found.front().id + 1000)), ErrorCode::NotFound);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].state, MessageState::Seen);
    EXPECT_FALSE(found[0].fetched.has_value());
    EXPECT_THAT(get(messages().findAtSource(eve, "gmail", "a")), IsEmpty());
    const std::string tooLong(1000, 'x');
    for (const std::string& id : {std::string(), tooLong})
        EXPECT_EQ(errorOf(mailboxes().advance(held.key, "", "", {"d", id})), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(mailboxes().advance(held.key, "", "", std::vector<std::string>(1001, "d"))), ErrorCode::TooLarge);
    EXPECT_EQ(get(messages().counts(ada)).seen, 3);
}

TEST_P(MailboxesTest, WhatAnotherServiceHasReadIsNotFetched) {
    get(messages().mark(ada, "gmail", {"a"}));
    const MailboxLease held = gmailOf(ada);
    EXPECT_EQ(get(mailboxes().advance(held.key, "", "", {"a", "b"})), 1);
    EXPECT_THAT(idsToFetch(held.key), ElementsAre("b"));
}

TEST_P(MailboxesTest, OutcomesEndOrPutOffWhatIsSeen) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a", "b", "c"});
    check(mailboxes().end(held.key,
                          {{.message = seen[0].message,
                            .end = FetchOutcome::End::Skipped,
                            .reason = "It is no job mail.",
                            .nextTry = {},
                            .subject = "Sale!",
                            .sender = "shop@example.org",
                            .receivedAt = now()},
                           {.message = seen[1].message, .end = FetchOutcome::End::Dead, .reason = "It can't be read."},
                           {.message = seen[2].message,
                            .end = FetchOutcome::End::TryLater,
                            .reason = "Google is slow.",
                            .nextTry = now() + milliseconds(100)}}));
    const MessageRecord skipped = get(messages().find(ada, seen[0].message));
    EXPECT_EQ(skipped.state, MessageState::Skipped);
    EXPECT_EQ(skipped.reason, "It is no job mail.");
    EXPECT_EQ(skipped.subject, "Sale!");
    EXPECT_EQ(skipped.sender, "shop@example.org");
    EXPECT_EQ(skipped.receivedAt, now());
    EXPECT_EQ(get(messages().find(ada, seen[1].message)).state, MessageState::Dead);
    EXPECT_THAT(idsToFetch(held.key), IsEmpty());
    later(milliseconds(100));
    const auto again = get(mailboxes().toFetch(held.key, 10));
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].sourceId, "c");
    EXPECT_EQ(again[0].attempts, 1);
    check(mailboxes().end(held.key, {{.message = seen[0].message, .end = FetchOutcome::End::Dead, .reason = "No."}}));
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).reason, "It is no job mail.") << "what has ended stays ended";
}

TEST_P(MailboxesTest, AWorkerEndsNoMessageOfAnotherMailbox) {
    const MailboxLease mine = gmailOf(ada);
    const MailboxLease theirs = gmailOf(eve);
    const auto seen = see(theirs.key, {"a"});
    check(mailboxes().end(mine.key, {{.message = seen[0].message, .reason = "Mine!"}}));
    EXPECT_EQ(get(messages().find(eve, seen[0].message)).state, MessageState::Seen);
}

TEST_P(MailboxesTest, AMailboxThatGoesLeavesItsLedger) {
    const MailboxLease held = gmailOf(ada);
    const auto seen = see(held.key, {"a"});
    check(mailboxes().remove(ada, "gmail"));
    EXPECT_EQ(errorOf(mailboxes().finish(held.key, {})), ErrorCode::Conflict);
    const MessageRecord left = get(messages().find(ada, seen[0].message));
    EXPECT_EQ(left.state, MessageState::Skipped);
    EXPECT_THAT(left.reason, HasSubstr("disconnected"));
    const MailboxLease again = gmailOf(ada);
    EXPECT_NE(again.key.mailbox, held.key.mailbox) << "what held the old one has no right to the new one";
    EXPECT_EQ(again.mailbox.cursor, "");
}

// Of a process that has ended.
std::string identityOfTheDead() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string own = queue::ownIdentity();
        std::_Exit(::write(ends[1], own.data(), own.size()) == static_cast<ssize_t>(own.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::array<char, 500> text{};
    const auto size = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(0, size))};
}

TEST_P(MailboxesTest, WhatADeadProcessOfThisMachineHeldIsFreeAtOnce) {
    get(mailboxes().put(ada, "gmail", "{}"));
    later(milliseconds(1));
    get(mailboxes().put(eve, "gmail", "{}"));
    const auto dead = get(mailboxes().lease(identityOfTheDead(), {"gmail"}, 1, leaseLength)).at(0);
    const auto living = get(mailboxes().lease(queue::ownIdentity(), {"gmail"}, 1, leaseLength)).at(0);
    ingest::LocalSyncBackend next(mailboxes(), *queue, nullptr, nullptr, "next");
    const auto freed = get(next.lease({"gmail"}, 5, milliseconds(0)));
    ASSERT_THAT(freed, SizeIs(1));
    EXPECT_EQ(freed[0].mailbox.user, ada);
    EXPECT_GT(freed[0].key.fence, dead.key.fence);
    EXPECT_EQ(errorOf(mailboxes().advance(dead.key, "late", "", {"x"})), ErrorCode::Conflict);
    check(mailboxes().extend(living.key, leaseLength));
    check(next.extend(freed[0].key));
}

INSTANTIATE_TEST_SUITE_P(Engines, MailboxesTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
