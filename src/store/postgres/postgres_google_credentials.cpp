#include "store/postgres/postgres_google_credentials.hpp"

#include "store/email_key.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/postgres/postgres_mailboxes.hpp"
#include "store/sql/google_credentials.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/rows.hpp"

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view mailSource = "gmail";

constexpr std::string_view usersWithAddress =
    R"(select user_id from google_credentials where lower(email collate "C") = $1 order by user_id)";

std::unexpected<Error> notConnected() { return failure(ErrorCode::NotFound, "No Google account is connected."); }

Value sealedOf(const GoogleCredential& credential) {
    return {.bytes = credential.sealed, .null = false, .binary = true};
}

}  // namespace

Task<Result<void>> PostgresGoogleCredentials::put(GoogleCredential credential) {
    auto work = [credential = std::move(credential), now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch look;
        addUserLock(look, credential.user);
        look.add(sql::otherGoogleAccount, credential.user, credential.subject, credential.email);
        const auto found = co_await call.run(std::move(look));
        if (found[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        Batch batch;
        batch.add(sql::putGoogleCredential, credential.user, credential.email, sealedOf(credential), credential.keyId,
                  credential.expiry, credential.subject, credential.clientId, now);
        connectMailbox(batch, credential.user, mailSource, !found[1].empty(), now);
        try {
            co_await call.runAndCommit(std::move(batch));
            co_return Result<void>{};
        } catch (const PostgresError& error) {
            if (!isUniqueViolation(error)) throw;
        }
        co_return failure(ErrorCode::Conflict, "This Google account is connected to another user already.");
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<GoogleCredential>> PostgresGoogleCredentials::find(UserId user) {
    auto work = [user](Call& call) -> Task<Result<GoogleCredential>> {
        const Rows rows = co_await call.query(sql::findGoogleCredential, user);
        if (rows.empty()) co_return notConnected();
        co_return sql::readCredential(rows[0]);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<GoogleCredential>> PostgresGoogleCredentials::findBySubject(std::string subject) {
    auto work = [subject = std::move(subject)](Call& call) -> Task<Result<GoogleCredential>> {
        const Rows rows = co_await call.query(sql::findGoogleCredentialBySubject, subject);
        if (rows.empty()) co_return notConnected();
        co_return sql::readCredential(rows[0]);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<UserId>>> PostgresGoogleCredentials::findByEmail(std::string email) {
    auto work = [email = emailKey(std::move(email))](Call& call) -> Task<Result<std::vector<UserId>>> {
        const Rows rows = co_await call.query(usersWithAddress, email);
        std::vector<UserId> users;
        for (int row = 0; row < rows.size(); ++row) users.push_back(rows[row].integer(0));
        co_return users;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<bool>> PostgresGoogleCredentials::renew(GoogleCredential credential) {
    auto work = [credential = std::move(credential), now = database_.now()](Call& call) -> Task<Result<bool>> {
        const Rows renewed = co_await call.query(sql::renewGoogleCredential, credential.user, credential.version,
                                                 sealedOf(credential), credential.keyId, credential.expiry, now);
        co_return renewed.changed() != 0;
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<bool>> PostgresGoogleCredentials::markBroken(UserId user, std::int64_t version, std::string reason) {
    auto work = [user, version, reason = std::move(reason), now = database_.now()](Call& call) -> Task<Result<bool>> {
        Batch lock;
        addUserLock(lock, user);
        lock.add(sql::breakGoogleCredential, user, version, now, reason);
        const auto broken = co_await call.run(std::move(lock));
        if (broken[1].changed() == 0) co_return false;
        co_await call.query(sql::breakMailbox, user, mailSource, now);
        co_return true;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<void>> PostgresGoogleCredentials::remove(UserId user) {
    auto work = [user, now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch batch;
        addUserLock(batch, user);
        const auto removed = batch.add(sql::removeGoogleCredential, user);
        removeMailbox(batch, user, mailSource, now);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[removed].changed() == 0) co_return notConnected();
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<GoogleCredential>>> PostgresGoogleCredentials::after(UserId beyond, int limit) {
    auto work = [beyond, limit](Call& call) -> Task<Result<std::vector<GoogleCredential>>> {
        const Rows rows = co_await call.query(sql::googleCredentialsAfter, beyond, limit);
        std::vector<GoogleCredential> found;
        for (int row = 0; row < rows.size(); ++row) found.push_back(sql::readCredential(rows[row]));
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

}  // namespace nextjob::store::postgres
