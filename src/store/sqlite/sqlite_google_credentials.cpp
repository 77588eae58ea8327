#include "store/sqlite/sqlite_google_credentials.hpp"

#include "store/sql/google_credentials.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::sqlite {
namespace {

std::unexpected<Error> notConnected() {
    return failure(ErrorCode::NotFound, "The user has not connected a Google account.");
}

}  // namespace

Task<Result<void>> SqliteGoogleCredentials::put(GoogleCredential credential) {
    return database_.write([this, credential = std::move(credential)](Connection& connection) -> Result<void> {
        if (connection.integerOf(sql::userExists, credential.user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        connection.run(sql::putGoogleCredential, credential.user, credential.email, Blob{credential.sealed},
                       credential.keyId, credential.expiry, database_.now());
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
