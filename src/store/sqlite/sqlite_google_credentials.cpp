#include "store/sqlite/sqlite_google_credentials.hpp"

#include "store/email_key.hpp"
#include "store/sql/google_credentials.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_mailboxes.hpp"

namespace nextjob::store::sqlite {
namespace {

std::unexpected<Error> notConnected() {
    return failure(ErrorCode::NotFound, "The user has not connected a Google account.");
}

constexpr std::string_view mailSource = "gmail";

constexpr std::string_view usersWithAddress =
    "select user_id from google_credentials where lower(email) = $1 order by user_id";

constexpr std::string_view otherOwner = "select user_id from google_credentials where subject = $1 and user_id <> $2";

}  // namespace

Task<Result<void>> SqliteGoogleCredentials::put(GoogleCredential credential) {
    return database_.write([this, credential = std::move(credential)](Connection& connection) -> Result<void> {
        if (connection.integerOf(sql::userExists, credential.user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        if (!credential.subject.empty() && connection.integerOf(otherOwner, credential.subject, credential.user) != 0)
            return failure(ErrorCode::Conflict, "This Google account is connected to another user already.");
        const Timestamp now = database_.now();
        const bool another =
            connection.integerOf(sql::otherGoogleAccount, credential.user, credential.subject, credential.email) != 0;
        connection.run(sql::putGoogleCredential, credential.user, credential.email, Blob{credential.sealed},
                       credential.keyId, credential.expiry, credential.subject, credential.clientId, now);
        connectMailbox(connection, credential.user, mailSource, another, now);
        return {};
    });
}

Task<Result<GoogleCredential>> SqliteGoogleCredentials::find(UserId user) {
    return database_.read([user](Connection& connection) -> Result<GoogleCredential> {
        Query query = connection.query(sql::findGoogleCredential, user);
        if (!query.step()) return notConnected();
        return sql::readCredential(query);
    });
}

Task<Result<GoogleCredential>> SqliteGoogleCredentials::findBySubject(std::string subject) {
    return database_.read([subject = std::move(subject)](Connection& connection) -> Result<GoogleCredential> {
        Query query = connection.query(sql::findGoogleCredentialBySubject, subject);
        if (!query.step()) return notConnected();
        return sql::readCredential(query);
    });
}

Task<Result<std::vector<UserId>>> SqliteGoogleCredentials::findByEmail(std::string email) {
    return database_.read([email = emailKey(std::move(email))](Connection& connection) -> Result<std::vector<UserId>> {
        std::vector<UserId> users;
        Query query = connection.query(usersWithAddress, email);
        while (query.step()) users.push_back(query.integer(0));
        return users;
    });
}

Task<Result<bool>> SqliteGoogleCredentials::renew(GoogleCredential credential) {
    return database_.write([this, credential = std::move(credential)](Connection& connection) -> Result<bool> {
        return connection.run(sql::renewGoogleCredential, credential.user, credential.version, Blob{credential.sealed},
                              credential.keyId, credential.expiry, database_.now())
               != 0;
    });
}

Task<Result<bool>> SqliteGoogleCredentials::markBroken(UserId user, std::int64_t version, std::string reason) {
    return database_.write([this, user, version, reason = std::move(reason)](Connection& connection) -> Result<bool> {
        const Timestamp now = database_.now();
        if (connection.run(sql::breakGoogleCredential, user, version, now, reason) == 0) return false;
        connection.run(sql::breakMailbox, user, mailSource, now);
        return true;
    });
}

Task<Result<void>> SqliteGoogleCredentials::remove(UserId user) {
    return database_.write([this, user](Connection& connection) -> Result<void> {
        if (connection.run(sql::removeGoogleCredential, user) == 0) return notConnected();
        removeMailbox(connection, user, mailSource, database_.now());
        return {};
    });
}

Task<Result<std::vector<GoogleCredential>>> SqliteGoogleCredentials::after(UserId beyond, int limit) {
    return database_.read([beyond, limit](Connection& connection) -> Result<std::vector<GoogleCredential>> {
        std::vector<GoogleCredential> found;
        Query query = connection.query(sql::googleCredentialsAfter, beyond, limit);
        while (query.step()) found.push_back(sql::readCredential(query));
        return found;
    });
}

}  // namespace nextjob::store::sqlite
