#pragma once

#include "store/google_credentials.hpp"
#include "store/sqlite/database.hpp"

namespace nextjob::store::sqlite {

class SqliteGoogleCredentials final : public GoogleCredentials {
  public:
    explicit SqliteGoogleCredentials(Database& database) : database_(database) {}

    Task<Result<void>> put(GoogleCredential credential) override;
    Task<Result<GoogleCredential>> find(UserId user) override;
    Task<Result<GoogleCredential>> findBySubject(std::string subject) override;
    Task<Result<std::vector<UserId>>> findByEmail(std::string email) override;
    Task<Result<bool>> renew(GoogleCredential credential) override;
    Task<Result<bool>> markBroken(UserId user, std::int64_t version, std::string reason) override;
    Task<Result<void>> remove(UserId user) override;
    Task<Result<std::vector<GoogleCredential>>> after(UserId beyond, int limit) override;

  private:
    Database& database_;
};

}  // namespace nextjob::store::sqlite
