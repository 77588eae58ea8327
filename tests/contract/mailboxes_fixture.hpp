#pragma once

#include "contract/engine.hpp"
#include "store/mailboxes.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace nextjob::contract {

// A store with two users, whose mailboxes workers lease at times that the test sets.
class MailboxesFixture : public StoreTest {
  protected:
    static constexpr std::chrono::milliseconds leaseLength{60'000};

    void SetUp() override {
        StoreTest::SetUp();
        ada = addUser("ada@example.org");
        eve = addUser("eve@example.org");
    }

    store::Mailboxes& mailboxes() { return store->mailboxes(); }
    Timestamp now() const { return Timestamp(std::chrono::milliseconds(*clock)); }
    void later(std::chrono::milliseconds by) { *clock += by.count(); }

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
    void finish(LeaseKey key, std::chrono::milliseconds after = std::chrono::milliseconds(300'000)) {
        check(mailboxes().finish(key, {.cursor = "", .progress = "", .due = now() + after, .idleRuns = 0}));
    }

    UserId ada = 0, eve = 0;
};

}  // namespace nextjob::contract
