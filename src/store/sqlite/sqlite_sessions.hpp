#pragma once

#include "store/sessions.hpp"
#include "store/sqlite/database.hpp"

namespace nextjob::store::sqlite {

class SqliteSessions final : public Sessions {
  public:
    explicit SqliteSessions(Database& database) : database_(database) {}

    Task<Result<Session>> create(NewSession session) override;
    Task<Result<Rotation>> rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) override;
    Task<Result<UserId>> endByToken(std::string tokenHash) override;
    Task<Result<void>> end(UserId user, SessionId session) override;
    Task<Result<int>> endAll(UserId user, SessionId kept) override;
    Task<Result<std::vector<Session>>> list(UserId user) override;
    Task<Result<int>> purge(Timestamp before) override;

  private:
    Task<Result<bool>> knows(std::string tokenHash);

    Database& database_;
};

}  // namespace nextjob::store::sqlite
