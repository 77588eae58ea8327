#pragma once

#include "store/imap_accounts.hpp"
#include "store/sqlite/database.hpp"

namespace nextjob::store::sqlite {

class SqliteImapAccounts final : public ImapAccounts {
  public:
    explicit SqliteImapAccounts(Database& database) : database_(database) {}

    Task<Result<void>> put(ImapAccount account) override;
    Task<Result<ImapAccount>> find(UserId user) override;
    Task<Result<bool>> reseal(ImapAccount account) override;
    Task<Result<bool>> markBroken(UserId user, std::int64_t version, std::string reason) override;
    Task<Result<void>> remove(UserId user) override;
    Task<Result<std::vector<ImapAccount>>> after(UserId beyond, int limit) override;

  private:
    Database& database_;
};

}  // namespace nextjob::store::sqlite
