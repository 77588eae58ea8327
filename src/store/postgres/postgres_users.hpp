#pragma once

#include "store/postgres/database.hpp"
#include "store/postgres/look_up.hpp"
#include "store/users.hpp"

namespace nextjob::store::postgres {

class PostgresUsers final : public Users {
  public:
    explicit PostgresUsers(Database& database);

    Task<Result<User>> create(NewUser user) override;
    Task<Result<User>> find(UserId id) override;
    Task<Result<User>> findByEmail(std::string email) override;
    Task<Result<Credentials>> credentials(std::string email) override;
    Task<Result<User>> update(UserId id, UserChanges changes) override;
    Task<Result<User>> signedIn(SessionId session) override;
    Task<Result<void>> erase(UserId id) override;
    Task<Result<Page<User>>> list(std::string search, PageRequest page) override;

  private:
    Database& database_;
    LookUp<User> bySession_;
};

}  // namespace nextjob::store::postgres
