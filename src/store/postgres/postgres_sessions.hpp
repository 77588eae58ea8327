#pragma once

#include "store/postgres/database.hpp"
#include "store/sessions.hpp"

namespace nextjob::store::postgres {

class PostgresSessions final : public Sessions {
  public:
    explicit PostgresSessions(Database& database) : database_(database) {}

    Task<Result<Session>> create(NewSession session) override;
    Task<Result<Rotation>> rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) override;
    Task<Result<UserId>> endByToken(std::string tokenHash) override;
    Task<Result<void>> end(UserId user, SessionId session) override;
    Task<Result<int>> endAll(UserId user, SessionId kept) override;
    Task<Result<std::vector<Session>>> list(UserId user) override;
    Task<Result<int>> purge(Timestamp before) override;

  private:
    Database& database_;
};

}  // namespace nextjob::store::postgres
