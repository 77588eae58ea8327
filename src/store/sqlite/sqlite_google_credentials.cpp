#include "store/sqlite/sqlite_google_credentials.hpp"

#include "store/sql/google_credentials.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::sqlite {
namespace {

std::unexpected<Error> notConnected() {
    return failure(ErrorCode::NotFound, "The user has not connected a Google account.");
}

constexpr std::string_view otherOwner = "select user_id from google_credentials where subject = $1 and user_id <> $2";

}  // namespace

Task<Result<void>> SqliteGoogleCredentials::put(GoogleCredential credential) {
    return database_.write([this, credential = std::move(credential)](Connection& connection) -> Result<void> {
        if (connection.integerOf(sql::userExists, credential.user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        if (!credential.subject.empty() && connection.integerOf(otherOwner, credential.subject, credential.user) != 0)
            return failure(ErrorCode::Conflict, "This Google account is connected to another user already.");
        connection.run(sql::putGoogleCredential, credential.user, credential.email, Blob{credential.sealed},
                       credential.keyId, credential.expiry, credential.subject, credential.clientId, database_.now());
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

Task<Result<bool>> SqliteGoogleCredentials::renew(GoogleCredential credential) {
    return database_.write([this, credential = std::move(credential)](Connection& connection) -> Result<bool> {
        return connection.run(sql::renewGoogleCredential, credential.user, credential.version, Blob{credential.sealed},
                              credential.keyId, credential.expiry, database_.now())
               != 0;
    });
}

Task<Result<bool>> SqliteGoogleCredentials::markBroken(UserId user, std::int64_t version, std::string reason) {
    return database_.write([this, user, version, reason = std::move(reason)](Connection& connection) -> Result<bool> {
        return connection.run(sql::breakGoogleCredential, user, version, database_.now(), reason) != 0;
    });
}

Task<Result<void>> SqliteGoogleCredentials::remove(UserId user) {
    return database_.write([user](Connection& connection) -> Result<void> {
        if (connection.run(sql::removeGoogleCredential, user) == 0) return notConnected();
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
