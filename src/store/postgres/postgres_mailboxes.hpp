#pragma once

#include "store/mailboxes.hpp"
#include "store/postgres/database.hpp"
#include "store/sender_rules.hpp"

#include <string_view>

namespace nextjob::store::postgres {

class PostgresMailboxes final : public Mailboxes {
  public:
    explicit PostgresMailboxes(Database& database) : database_(database) {}

    Task<Result<Mailbox>> put(UserId user, std::string source, std::string settings) override;
    Task<Result<Mailbox>> find(UserId user, std::string source) override;
    Task<Result<std::vector<Mailbox>>> ofUser(UserId user) override;
    Task<Result<void>> remove(UserId user, std::string source) override;
    Task<Result<Mailbox>> ask(UserId user, std::string source) override;
    Task<Result<void>> restart(UserId user, std::string source) override;
    Task<Result<std::vector<MailboxLease>>> lease(std::string owner, std::vector<std::string> sources, int count,
                                                  std::chrono::milliseconds length) override;
    Task<Result<std::vector<std::string>>> holders() override;
    Task<Result<void>> releaseOf(std::string owner) override;
    Task<Result<void>> extend(LeaseKey key, std::chrono::milliseconds length) override;
    Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                              std::vector<std::string> seen) override;
    Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) override;
    Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) override;
    Task<Result<void>> finish(LeaseKey key, SyncEnd end) override;

  private:
    Database& database_;
};

class PostgresSenderRules final : public SenderRules {
  public:
    explicit PostgresSenderRules(Database& database) : database_(database) {}

    Task<Result<std::vector<SenderRule>>> ofUser(UserId user) override;
    Task<Result<void>> put(UserId user, SenderRule rule) override;
    Task<Result<void>> remove(UserId user, std::string sender) override;

  private:
    Database& database_;
};

// For who changes an account, inside the transaction and with the user's row locked: the user's mailbox of the source
// is made, or due now and whole again; begins anew when the account is `another`.
void connectMailbox(Batch& batch, UserId user, std::string_view source, bool another, Timestamp now);
// It goes; what is not fetched of it ends as skipped. The place of the answer that says whether it was there.
std::size_t removeMailbox(Batch& batch, UserId user, std::string_view source, Timestamp now);

}  // namespace nextjob::store::postgres
