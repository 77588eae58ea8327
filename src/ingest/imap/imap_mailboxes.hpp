#pragma once

#include "auth/token_seal.hpp"
#include "ingest/imap/imap_client.hpp"
#include "ingest/imap/imap_state.hpp"
#include "ingest/sync/imap_logins.hpp"
#include "model/imap_account.hpp"

#include <spdlog/fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nextjob::store {
class ImapAccounts;
class Mailboxes;
}  // namespace nextjob::store

namespace nextjob::ingest {

// What a look at a mailbox finds before it is kept.
struct ImapFound {
    struct Folder {
        std::string name;
        std::int64_t mails = 0;  // of the days that are to be read
    };

    std::vector<std::string> folders;  // all that there are
    std::vector<Folder> chosen;        // those that are to be read
};

// The IMAP mailboxes that users have connected: passwords are sealed, for their user, server and login only, before
// they are stored. Shared by all threads; outlives its calls.
class ImapMailboxes final : public ImapLogins {
  public:
    ImapMailboxes(store::ImapAccounts& accounts, store::Mailboxes& mailboxes, auth::TokenSeal seal, ImapClient& client,
                  std::shared_ptr<spdlog::logger> log)
        : accounts_(accounts), mailboxes_(mailboxes), seal_(std::move(seal)), client_(client), log_(std::move(log)) {}

    // Signs in and looks. Keeps nothing.
    Task<net::ImapResult<ImapFound>> look(ImapLogin login, ImapSettings settings);

    // Keeps a login that `look` has found good, in the place of what the user had; its mail is read from now on.
    Task<Result<void>> connect(UserId user, ImapLogin login, ImapSettings settings);

    // Forgets the login. What was read of the mailbox stays. NotFound.
    Task<Result<void>> disconnect(UserId user);

    // Unauthorized when the mailbox is broken, Unavailable when the seal's key is not here.
    Task<Result<ImapLogin>> login(UserId user) override;
    Task<Result<void>> refused(UserId user, std::int64_t version, std::string reason) override;

    // Seals with the ring's first key what another one has sealed. How many there were; the first error stops it.
    Task<Result<int>> resealAll();

  private:
    Result<std::string> opened(const ImapAccount& account) const;

    store::ImapAccounts& accounts_;
    store::Mailboxes& mailboxes_;
    const auth::TokenSeal seal_;
    ImapClient& client_;
    const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace nextjob::ingest
