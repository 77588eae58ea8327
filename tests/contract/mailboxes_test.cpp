#include "store/mailboxes.hpp"

#include "contract/engine.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "queue/process_identity.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/sender_rules.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <set>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr milliseconds leaseLength{60'000};

GoogleCredential google(UserId user, const std::string& subject, const std::string& email = "ada@gmail.example") {
    return {.user = user, .email = email, .sealed = "sealed", .keyId = "k1", .expiry = {}, .subject = subject};
}

ImapAccount imap(UserId user, const std::string& login = "ada") {
    return {
        .user = user, .host = "imap.example.org", .login = login, .sealed = std::string("\0\xff x", 4), .keyId = "k1"};
}

class MailboxesTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ada = addUser("ada@example.org");
        eve = addUser("eve@example.org");
    }

    store::Mailboxes& mailboxes() { return store->mailboxes(); }
    Timestamp now() const { return Timestamp(milliseconds(*clock)); }
    void later(milliseconds by) { *clock += by.count(); }

    std::vector<MailboxLease> lease(int count = 10) {
        return get(mailboxes().lease("worker", {"gmail", "imap"}, count, leaseLength));
    }
    MailboxLease leaseOne() {
        auto leases = lease(1);
        if (leases.size() != 1) throw std::runtime_error("no mailbox is due");
        return std::move(leases.front());
    }
    MailboxLease gmailOf(UserId user) {
        get(mailboxes().put(user, "gmail", "{}"));
        return leaseOne();
    }
    // A mail as it comes from the mailbox.
    RawMessage fetched(UserId user, const UnfetchedMessage& of, const std::string& name) {
        RawMessage raw = mail(user, name);
        raw.source = "gmail";
        raw.sourceId = of.sourceId;
        raw.seen = of.message;
        return raw;
    }
    // Enters these and gives what is to be fetched then.
    std::vector<UnfetchedMessage> see(LeaseKey key, std::vector<std::string> ids) {
        get(mailboxes().advance(key, "", "", std::move(ids)));
        return get(mailboxes().toFetch(key, 100));
    }
    std::vector<std::string> idsToFetch(LeaseKey key) {
        std::vector<std::string> ids;
        for (const auto& message : get(mailboxes().toFetch(key, 100))) ids.push_back(message.sourceId);
        return ids;
    }
    void finish(LeaseKey key, milliseconds after = milliseconds(300'000)) {
        check(mailboxes().finish(key, {.cursor = "", .progress = "", .due = now() + after, .idleRuns = 0}));
    }

    UserId ada = 0, eve = 0;
};

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

TEST_P(MailboxesTest, AUserTakesAllOfItAlong) {
    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(ada)));
    check(store->senderRules().put(ada, {.sender = "a@b.example", .read = true}));
    see(leaseOne().key, {"a"});
    check(users().erase(ada));
    EXPECT_THAT(get(mailboxes().ofUser(ada)), IsEmpty());
    EXPECT_THAT(get(store->senderRules().ofUser(ada)), IsEmpty());
    EXPECT_EQ(errorOf(store->imapAccounts().find(ada)), ErrorCode::NotFound);
    EXPECT_THAT(lease(), IsEmpty());
    EXPECT_THAT(get(store->check()), IsEmpty());
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

class FetchedMailTest : public MailboxesTest {};

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

class ConnectedMailboxTest : public MailboxesTest {};

TEST_P(ConnectedMailboxTest, AGoogleAccountBringsItsMailboxAndTakesItAway) {
    check(store->googleCredentials().put(google(ada, "1")));
    const MailboxLease held = leaseOne();
    EXPECT_EQ(held.mailbox.source, "gmail");
    EXPECT_EQ(held.mailbox.settings, "{}");
    get(mailboxes().advance(held.key, "far", "", {"a"}));
    finish(held.key);
    check(store->googleCredentials().put(google(ada, "1")));
    const MailboxLease again = leaseOne();
    EXPECT_EQ(again.mailbox.cursor, "far") << "it is the same account";
    check(store->googleCredentials().remove(ada));
    EXPECT_THAT(get(mailboxes().ofUser(ada)), IsEmpty());
    EXPECT_EQ(get(messages().counts(ada)).seen, 0);
}

TEST_P(ConnectedMailboxTest, AnotherGoogleAccountIsReadFromItsBeginning) {
    check(store->googleCredentials().put(google(ada, "1")));
    get(mailboxes().put(ada, "gmail", R"({"days":7})"));
    const MailboxLease held = leaseOne();
    const auto seen = see(held.key, {"a"});
    get(mailboxes().advance(held.key, "far", "much", {}));
    check(store->googleCredentials().put(google(ada, "2")));
    EXPECT_EQ(errorOf(mailboxes().finish(held.key, {})), ErrorCode::Conflict);
    const MailboxLease again = leaseOne();
    EXPECT_EQ(again.mailbox.cursor, "");
    EXPECT_EQ(again.mailbox.settings, R"({"days":7})");
    EXPECT_THAT(idsToFetch(again.key), IsEmpty());
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Skipped);
}

TEST_P(ConnectedMailboxTest, ABrokenAccountRestsUntilItIsConnectedAgain) {
    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(eve)));
    const auto version = get(store->googleCredentials().find(ada)).version;
    EXPECT_TRUE(get(store->googleCredentials().markBroken(ada, version, "Google refuses it.")));
    EXPECT_FALSE(get(store->imapAccounts().markBroken(eve, 77, "Of an older password.")));
    const auto before = lease();
    ASSERT_THAT(before, SizeIs(1));
    EXPECT_EQ(before[0].mailbox.user, eve);
    get(mailboxes().ask(ada, "gmail"));
    EXPECT_TRUE(get(mailboxes().find(ada, "gmail")).broken);
    EXPECT_THAT(lease(), IsEmpty());
    EXPECT_TRUE(get(store->imapAccounts().markBroken(eve, get(store->imapAccounts().find(eve)).version, "Wrong.")));
    finish(before[0].key, milliseconds(0));
    EXPECT_THAT(lease(), IsEmpty());

    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(eve)));
    EXPECT_THAT(lease(), SizeIs(2));
    EXPECT_FALSE(get(mailboxes().find(ada, "gmail")).broken);
}

TEST_P(ConnectedMailboxTest, WhatWasRefusedBeforeBreaksNoAccountThatIsConnectedAnew) {
    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(ada)));
    const auto oldGrant = get(store->googleCredentials().find(ada)).version;
    const auto oldPassword = get(store->imapAccounts().find(ada)).version;
    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(ada)));
    EXPECT_FALSE(get(store->googleCredentials().markBroken(ada, oldGrant, "late")));
    EXPECT_FALSE(get(store->imapAccounts().markBroken(ada, oldPassword, "late")));

    check(store->googleCredentials().remove(ada));
    check(store->imapAccounts().remove(ada));
    *clock += 1000;
    check(store->googleCredentials().put(google(ada, "1")));
    check(store->imapAccounts().put(imap(ada)));
    for (const auto version : {oldGrant, oldGrant + 1})
        EXPECT_FALSE(get(store->googleCredentials().markBroken(ada, version, "late")));
    for (const auto version : {oldPassword, oldPassword + 1})
        EXPECT_FALSE(get(store->imapAccounts().markBroken(ada, version, "late")));
    EXPECT_THAT(lease(), SizeIs(2));
}

TEST_P(ConnectedMailboxTest, UsersAreFoundByTheAddressOfTheirGoogleAccount) {
    check(store->googleCredentials().put(google(ada, "1", "Ada@Gmail.example")));
    check(store->googleCredentials().put(google(eve, "2", "eve@gmail.example")));
    EXPECT_THAT(get(store->googleCredentials().findByEmail("aDa@gmail.EXAMPLE")), ElementsAre(ada));
    EXPECT_THAT(get(store->googleCredentials().findByEmail("nobody@gmail.example")), IsEmpty());
}

TEST_P(ConnectedMailboxTest, AnImapAccountIsKeptWithItsMailbox) {
    EXPECT_EQ(errorOf(store->imapAccounts().find(ada)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(store->imapAccounts().put(imap(ada + 100))), ErrorCode::NotFound);
    ImapAccount account = imap(ada);
    account.port = 1143;
    account.security = ImapSecurity::StartTls;
    account.token = true;
    check(store->imapAccounts().put(account));
    const ImapAccount kept = get(store->imapAccounts().find(ada));
    EXPECT_EQ(kept.host, "imap.example.org");
    EXPECT_EQ(kept.port, 1143);
    EXPECT_EQ(kept.security, ImapSecurity::StartTls);
    EXPECT_EQ(kept.login, "ada");
    EXPECT_EQ(kept.sealed, account.sealed);
    EXPECT_EQ(kept.keyId, "k1");
    EXPECT_TRUE(kept.token);
    EXPECT_GT(kept.version, 0);
    EXPECT_EQ(kept.connectedAt, now());
    EXPECT_FALSE(kept.brokenAt.has_value());

    const MailboxLease held = leaseOne();
    EXPECT_EQ(held.mailbox.source, "imap");
    get(mailboxes().advance(held.key, "far", "", {}));
    check(store->imapAccounts().put(account));
    EXPECT_EQ(get(mailboxes().find(ada, "imap")).cursor, "far");
    check(store->imapAccounts().put(imap(ada, "ada the second")));
    EXPECT_EQ(get(mailboxes().find(ada, "imap")).cursor, "");
    check(store->imapAccounts().remove(ada));
    EXPECT_EQ(errorOf(store->imapAccounts().remove(ada)), ErrorCode::NotFound);
    EXPECT_THAT(get(mailboxes().ofUser(ada)), IsEmpty());
}

TEST_P(ConnectedMailboxTest, ImapAccountsAreSealedAnewUnlessTheyHaveChanged) {
    check(store->imapAccounts().put(imap(ada)));
    check(store->imapAccounts().put(imap(eve)));
    EXPECT_THAT(get(store->imapAccounts().after(0, 10)),
                ElementsAre(Field(&ImapAccount::user, ada), Field(&ImapAccount::user, eve)));
    EXPECT_THAT(get(store->imapAccounts().after(ada, 10)), SizeIs(1));
    EXPECT_THAT(get(store->imapAccounts().after(0, 1)), SizeIs(1));
    ImapAccount account = get(store->imapAccounts().find(ada));
    account.sealed = "sealed anew";
    account.keyId = "k2";
    EXPECT_TRUE(get(store->imapAccounts().reseal(account)));
    EXPECT_FALSE(get(store->imapAccounts().reseal(account))) << "it has another version by now";
    EXPECT_EQ(get(store->imapAccounts().find(ada)).keyId, "k2");
    EXPECT_EQ(get(store->imapAccounts().find(eve)).keyId, "k1");
}

TEST_P(ConnectedMailboxTest, RulesAreOneASender) {
    auto& rules = store->senderRules();
    check(rules.put(ada, {.sender = "News@Shop.example", .read = false}));
    check(rules.put(ada, {.sender = "news@shop.example", .read = true}));
    check(rules.put(ada, {.sender = "@board.example", .read = false}));
    EXPECT_THAT(get(rules.ofUser(ada)), ElementsAre(Field(&SenderRule::sender, "@board.example"),
                                                    Field(&SenderRule::sender, "news@shop.example")));
    EXPECT_TRUE(get(rules.ofUser(ada))[1].read);
    EXPECT_THAT(get(rules.ofUser(eve)), IsEmpty());
    EXPECT_EQ(errorOf(rules.put(eve + 100, {.sender = "a@b.example"})), ErrorCode::NotFound);
    check(rules.remove(ada, "NEWS@shop.example"));
    EXPECT_EQ(errorOf(rules.remove(ada, "news@shop.example")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(rules.remove(eve, "@board.example")), ErrorCode::NotFound);
}

TEST_P(ConnectedMailboxTest, RulesAreBounded) {
    auto& rules = store->senderRules();
    for (int number = 0; number < store::SenderRules::mostOfUser; ++number)
        check(rules.put(ada, {.sender = std::to_string(number) + "@example.org"}));
    EXPECT_EQ(errorOf(rules.put(ada, {.sender = "one@more.example"})), ErrorCode::TooLarge);
    check(rules.put(ada, {.sender = "7@example.org", .read = true}));
    check(rules.put(eve, {.sender = "one@more.example"}));
}

INSTANTIATE_TEST_SUITE_P(Engines, ConnectedMailboxTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
