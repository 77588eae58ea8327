#include "contract/mailboxes_fixture.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/sender_rules.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

GoogleCredential google(UserId user, const std::string& subject, const std::string& email = "ada@gmail.example") {
    return {.user = user, .email = email, .sealed = "sealed", .keyId = "k1", .expiry = {}, .subject = subject};
}

ImapAccount imap(UserId user, const std::string& login = "ada") {
    return {
        .user = user, .host = "imap.example.org", .login = login, .sealed = std::string("\0\xff x", 4), .keyId = "k1"};
}

class ConnectedMailboxTest : public MailboxesFixture {};

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

TEST_P(ConnectedMailboxTest, AUserTakesAllOfItAlong) {
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

INSTANTIATE_TEST_SUITE_P(Engines, ConnectedMailboxTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
