#include "store/sqlite/sqlite_imap_accounts.hpp"

#include "model/names.hpp"
#include "store/sql/imap_accounts.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_mailboxes.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

constexpr std::string_view source = "imap";

std::unexpected<Error> notConnected() { return failure(ErrorCode::NotFound, "No IMAP account is connected."); }

}  // namespace

Task<Result<void>> SqliteImapAccounts::put(ImapAccount account) {
    return database_.write([this, account = std::move(account)](Connection& connection) -> Result<void> {
        if (connection.integerOf(sql::userExists, account.user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        const Timestamp now = database_.now();
        const bool another =
            connection.integerOf(sql::otherImapAccount, account.user, account.host, account.login) != 0;
        connection.run(sql::putImapAccount, account.user, account.host, account.port, nameOf(account.security),
                       account.login, Blob{account.sealed}, account.keyId, account.token, now);
        connectMailbox(connection, account.user, source, another, now);
        return {};
    });
}

Task<Result<ImapAccount>> SqliteImapAccounts::find(UserId user) {
    return database_.read([user](Connection& connection) -> Result<ImapAccount> {
        Query query = connection.query(
            fmt::format("select {} from imap_accounts where user_id = $1", sql::imapAccountColumns), user);
        if (!query.step()) return notConnected();
        return sql::readImapAccount(query);
    });
}

Task<Result<bool>> SqliteImapAccounts::reseal(ImapAccount account) {
    return database_.write([this, account = std::move(account)](Connection& connection) -> Result<bool> {
        return connection.run(sql::resealImapAccount, account.user, account.version, Blob{account.sealed},
                              account.keyId, database_.now())
               != 0;
    });
}

Task<Result<bool>> SqliteImapAccounts::markBroken(UserId user, std::int64_t version, std::string reason) {
    return database_.write([this, user, version, reason = std::move(reason)](Connection& connection) -> Result<bool> {
        const Timestamp now = database_.now();
        if (connection.run(sql::breakImapAccount, user, version, now, reason) == 0) return false;
        connection.run(sql::breakMailbox, user, source, now);
        return true;
    });
}

Task<Result<void>> SqliteImapAccounts::remove(UserId user) {
    return database_.write([this, user](Connection& connection) -> Result<void> {
        if (connection.run(sql::removeImapAccount, user) == 0) return notConnected();
        removeMailbox(connection, user, source, database_.now());
        return {};
    });
}

Task<Result<std::vector<ImapAccount>>> SqliteImapAccounts::after(UserId beyond, int limit) {
    return database_.read([beyond, limit](Connection& connection) -> Result<std::vector<ImapAccount>> {
        std::vector<ImapAccount> found;
        Query query =
            connection.query(fmt::format("select {} from imap_accounts where user_id > $1 order by user_id limit $2",
                                         sql::imapAccountColumns),
                             beyond, limit);
        while (query.step()) found.push_back(sql::readImapAccount(query));
        return found;
    });
}

}  // namespace nextjob::store::sqlite
