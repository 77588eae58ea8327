#include "store/postgres/postgres_imap_accounts.hpp"

#include "model/names.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/postgres/postgres_mailboxes.hpp"
#include "store/sql/imap_accounts.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/rows.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view source = "imap";

std::unexpected<Error> notConnected() { return failure(ErrorCode::NotFound, "No IMAP account is connected."); }

Value sealedOf(const ImapAccount& account) { return {.bytes = account.sealed, .null = false, .binary = true}; }

}  // namespace

Task<Result<void>> PostgresImapAccounts::put(ImapAccount account) {
    auto work = [account = std::move(account), now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch look;
        addUserLock(look, account.user);
        look.add(sql::otherImapAccount, account.user, account.host, account.login);
        const auto found = co_await call.run(std::move(look));
        if (found[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        Batch change;
        change.add(sql::putImapAccount, account.user, account.host, account.port, nameOf(account.security),
                   account.login, sealedOf(account), account.keyId, account.token, now);
        connectMailbox(change, account.user, source, !found[1].empty(), now);
        co_await call.runAndCommit(std::move(change));
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<ImapAccount>> PostgresImapAccounts::find(UserId user) {
    auto work = [user](Call& call) -> Task<Result<ImapAccount>> {
        const Rows rows = co_await call.query(
            fmt::format("select {} from imap_accounts where user_id = $1", sql::imapAccountColumns), user);
        if (rows.empty()) co_return notConnected();
        co_return sql::readImapAccount(rows[0]);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<bool>> PostgresImapAccounts::reseal(ImapAccount account) {
    auto work = [account = std::move(account), now = database_.now()](Call& call) -> Task<Result<bool>> {
        const Rows changed = co_await call.query(sql::resealImapAccount, account.user, account.version,
                                                 sealedOf(account), account.keyId, now);
        co_return changed.changed() != 0;
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<bool>> PostgresImapAccounts::markBroken(UserId user, std::int64_t version, std::string reason) {
    auto work = [user, version, reason = std::move(reason), now = database_.now()](Call& call) -> Task<Result<bool>> {
        Batch lock;
        addUserLock(lock, user);
        lock.add(sql::breakImapAccount, user, version, now, reason);
        const auto broken = co_await call.run(std::move(lock));
        if (broken[1].changed() == 0) co_return false;
        co_await call.query(sql::breakMailbox, user, source, now);
        co_return true;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<void>> PostgresImapAccounts::remove(UserId user) {
    auto work = [user, now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch batch;
        addUserLock(batch, user);
        const auto removed = batch.add(sql::removeImapAccount, user);
        removeMailbox(batch, user, source, now);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[removed].changed() == 0) co_return notConnected();
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<ImapAccount>>> PostgresImapAccounts::after(UserId beyond, int limit) {
    auto work = [beyond, limit](Call& call) -> Task<Result<std::vector<ImapAccount>>> {
        const Rows rows =
            co_await call.query(fmt::format("select {} from imap_accounts where user_id > $1 order by user_id limit $2",
                                            sql::imapAccountColumns),
                                beyond, limit);
        std::vector<ImapAccount> found;
        for (int row = 0; row < rows.size(); ++row) found.push_back(sql::readImapAccount(rows[row]));
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

}  // namespace nextjob::store::postgres
