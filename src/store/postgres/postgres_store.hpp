#pragma once

#include "store/postgres/database.hpp"
#include "store/postgres/postgres_google_credentials.hpp"
#include "store/postgres/postgres_imap_accounts.hpp"
#include "store/postgres/postgres_mailboxes.hpp"
#include "store/postgres/postgres_messages.hpp"
#include "store/postgres/postgres_offers.hpp"
#include "store/postgres/postgres_sessions.hpp"
#include "store/postgres/postgres_skills.hpp"
#include "store/postgres/postgres_users.hpp"
#include "store/store.hpp"

#include <chrono>
#include <mutex>

namespace nextjob::store::postgres {

// The store on a PostgreSQL server with pgvector.
class PostgresStore final : public Store {
  public:
    static Result<std::unique_ptr<Store>> open(const std::string& url, const OpenOptions& options);

    explicit PostgresStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

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
    std::string describe() const override { return database_->description(); }
    std::vector<std::string> migrationsApplied() const override { return database_->migrationsApplied(); }
    // Rows whose user, offer or message is not there; the server minds its pages itself.
    Task<Result<std::vector<std::string>>> check() override;
    // What pg_dump writes in its custom format, for pg_restore. Unavailable when pg_dump is not installed or refuses.
    Task<Result<void>> backup(std::filesystem::path file) override;
    Task<Result<void>> vacuum() override;

    Database& database() { return *database_; }

  private:
    std::unique_ptr<Database> database_;
    PostgresUsers users_{*database_};
    PostgresSessions sessions_{*database_};
    PostgresSkills skills_{*database_};
    PostgresPreferences preferences_{*database_};
    PostgresMessages messages_{*database_};
    PostgresImports imports_{*database_};
    PostgresOffers offers_{*database_};
    PostgresGoogleCredentials googleCredentials_{*database_};
    PostgresImapAccounts imapAccounts_{*database_};
    PostgresMailboxes mailboxes_{*database_};
    PostgresSenderRules senderRules_{*database_};
    std::mutex mutex_;
    Totals totals_;
    std::chrono::steady_clock::time_point totalsUntil_;
};

}  // namespace nextjob::store::postgres
