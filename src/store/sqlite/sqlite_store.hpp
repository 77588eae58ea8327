#pragma once

#include "store/sqlite/database.hpp"
#include "store/sqlite/sqlite_google_credentials.hpp"
#include "store/sqlite/sqlite_imap_accounts.hpp"
#include "store/sqlite/sqlite_mailboxes.hpp"
#include "store/sqlite/sqlite_messages.hpp"
#include "store/sqlite/sqlite_offers.hpp"
#include "store/sqlite/sqlite_sessions.hpp"
#include "store/sqlite/sqlite_skills.hpp"
#include "store/sqlite/sqlite_users.hpp"
#include "store/store.hpp"

#include <chrono>
#include <mutex>

namespace nextjob::store::sqlite {

// The embedded store: one file.
class SqliteStore final : public Store {
  public:
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& file, const OpenOptions& options);

    explicit SqliteStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

    Users& users() override { return users_; }
    Sessions& sessions() override { return sessions_; }
    Skills& skills() override { return skills_; }
    Preferences& preferences() override { return preferences_; }
    Messages& messages() override { return messages_; }
    Imports& imports() override { return imports_; }
    Offers& offers() override { return offers_; }
    GoogleCredentials& googleCredentials() override { return googleCredentials_; }
    ImapAccounts& imapAccounts() override { return imapAccounts_; }
    Mailboxes& mailboxes() override { return mailboxes_; }
    SenderRules& senderRules() override { return senderRules_; }

    Task<Result<void>> ping() override;
    Task<Result<Totals>> totals() override;
    Connections connections() const override { return database_->connections(); }
    std::string describe() const override;
    std::vector<std::string> migrationsApplied() const override { return database_->migrationsApplied(); }
    Task<Result<std::vector<std::string>>> check() override;
    Task<Result<void>> backup(std::filesystem::path file) override;
    Task<Result<void>> vacuum() override;

    Database& database() { return *database_; }

  private:
    std::unique_ptr<Database> database_;
    SqliteUsers users_{*database_};
    SqliteSessions sessions_{*database_};
    SqliteSkills skills_{*database_};
    SqlitePreferences preferences_{*database_};
    SqliteMessages messages_{*database_};
    SqliteImports imports_{*database_};
    SqliteOffers offers_{*database_};
    SqliteGoogleCredentials googleCredentials_{*database_};
    SqliteImapAccounts imapAccounts_{*database_};
    SqliteMailboxes mailboxes_{*database_};
    SqliteSenderRules senderRules_{*database_};

    std::mutex mutex_;
    Totals totals_;                                      // guarded by mutex_
    std::chrono::steady_clock::time_point totalsUntil_;  // guarded by mutex_: when they are too old
};

}  // namespace nextjob::store::sqlite
