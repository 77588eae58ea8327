#include "contract/engine.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "ingest/sync/remote_sync_backend.hpp"
#include "observe/log.hpp"
#include "store/imap_accounts.hpp"
#include "store/mailboxes.hpp"
#include "store/sender_rules.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::SizeIs;

// Mailboxes as a worker without a database has them: what the store does is tested there; here, that it comes over.
class RemoteSyncTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        worker = std::make_unique<ingest::RemoteSyncBackend>(backend->client());
        ada = addUser("ada@example.org");
        get(store->mailboxes().put(ada, "gmail", R"({"days":30})"));
    }
    void TearDown() override {
        worker.reset();
        StoreTest::TearDown();
    }

    MailboxLease lease() { return get(worker->lease({"gmail"}, 5, milliseconds(0))).at(0); }

    std::unique_ptr<ingest::RemoteSyncBackend> worker;
    UserId ada = 0;
};

TEST_P(RemoteSyncTest, AMailboxIsOneWorkersAtATime) {
    check(store->senderRules().put(ada, {.sender = "@example.org", .read = true}));
    const auto held = lease();
    EXPECT_EQ(held.mailbox.user, ada);
    EXPECT_EQ(held.mailbox.source, "gmail");
    EXPECT_EQ(held.mailbox.settings, R"({"days":30})");
    ASSERT_THAT(held.rules, SizeIs(1));
    EXPECT_EQ(held.rules[0].sender, "@example.org");
    EXPECT_TRUE(held.rules[0].read);
    EXPECT_THAT(get(worker->lease({"gmail"}, 5, milliseconds(10))), IsEmpty());
    check(worker->extend(held.key));
    const SyncEnd end{.cursor = R"({"history":"5"})", .progress = R"({"seen":1})", .due = Timestamp{}, .idleRuns = 3};
    check(worker->finish(held.key, end));
    const auto again = lease();
    EXPECT_GT(again.key.fence, held.key.fence);
    EXPECT_EQ(again.mailbox.cursor, end.cursor);
    EXPECT_EQ(again.mailbox.progress, end.progress);
    EXPECT_EQ(again.mailbox.idleRuns, 3);
    EXPECT_EQ(errorOf(worker->extend(held.key)), ErrorCode::Conflict);
    EXPECT_EQ(errorOf(worker->advance(held.key, "", "", {"x"})), ErrorCode::Conflict);
}

TEST_P(RemoteSyncTest, WhatIsSeenIsFetchedAndQueuedOrEnded) {
    const auto held = lease();
    EXPECT_EQ(get(worker->advance(held.key, R"({"history":"6"})", "", {"a", "b"})), 2);
    EXPECT_EQ(get(worker->advance(held.key, "", "", {"a"})), 0);
    const auto seen = get(worker->toFetch(held.key, 10));
    ASSERT_THAT(seen, SizeIs(2));
    EXPECT_EQ(seen[0].sourceId, "a");
    RawMessage fetched = mail(ada, "a");
    fetched.source = "gmail";
    fetched.sourceId = "a";
    fetched.seen = seen[0].message;
    const auto accepted = get(worker->accept(held.key, {fetched}));
    ASSERT_THAT(accepted.items, SizeIs(1));
    EXPECT_EQ(accepted.items[0].message, seen[0].message);
    FetchOutcome gone{.message = seen[1].message, .end = FetchOutcome::End::Skipped, .reason = "It is gone."};
    check(worker->end(held.key, {gone}));
    EXPECT_THAT(get(worker->toFetch(held.key, 10)), IsEmpty());
    EXPECT_EQ(get(messages().find(ada, seen[0].message)).state, MessageState::Queued);
    EXPECT_EQ(get(messages().find(ada, seen[1].message)).state, MessageState::Skipped);
    EXPECT_EQ(get(messages().find(ada, seen[1].message)).reason, "It is gone.");
}

TEST_P(RemoteSyncTest, WhatIsNoStateOfAMailboxIsRefused) {
    const auto held = lease();
    EXPECT_EQ(errorOf(worker->advance(held.key, "{", "", {})), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(worker->finish(held.key, {.cursor = "", .progress = "[1]"})), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(worker->gmailToken(ada, "", {})), ErrorCode::Unavailable);  // no Google there
    EXPECT_EQ(errorOf(worker->imapLogin(ada)), ErrorCode::Unauthorized);          // none connected
}

TEST_P(RemoteSyncTest, ARefusalThatComesLateBreaksNoAccountThatIsConnectedAnew) {
    ingest::ImapClient client({.threads = 1});
    ingest::ImapMailboxes imap(store->imapAccounts(), store->mailboxes(), auth::TokenSeal(backend->tokenSecrets()),
                               client, observe::jsonLog());
    ingest::LocalSyncBackend beside(store->mailboxes(), *backendsQueue, nullptr, &imap, "beside");
    for (ingest::SyncBackend* each :
         {static_cast<ingest::SyncBackend*>(worker.get()), static_cast<ingest::SyncBackend*>(&beside)}) {
        ingest::ImapLogin login{.host = "imap.example.org", .port = 993, .login = "ada", .secret = "old"};
        check(imap.connect(ada, login, {}));
        const auto old = get(each->imapLogin(ada));
        EXPECT_EQ(old.secret, "old");
        login.secret = "new";
        check(imap.connect(ada, login, {}));
        EXPECT_EQ(errorOf(each->imapRefused(ada, old.version, "Wrong.")), ErrorCode::Conflict);
        const auto fresh = get(each->imapLogin(ada));
        EXPECT_EQ(fresh.secret, "new");
        check(each->imapRefused(ada, fresh.version, "Wrong."));
        EXPECT_EQ(errorOf(each->imapLogin(ada)), ErrorCode::Unauthorized);
        check(each->imapRefused(ada, fresh.version, "Wrong."));  // again, when the answer was lost
    }
}

INSTANTIATE_TEST_SUITE_P(Elsewhere, RemoteSyncTest, testing::ValuesIn([] {
                             auto all = remoteEngines();
                             std::erase_if(all, [](const Engine& engine) { return engine.freshQueueUrl != nullptr; });
                             return all;
                         }()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
