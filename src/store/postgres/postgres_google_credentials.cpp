#include "store/postgres/postgres_google_credentials.hpp"

#include "store/sql/google_credentials.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view lockUser = "select id from users where id = $1 for key share";

std::unexpected<Error> notConnected() { return failure(ErrorCode::NotFound, "No Google account is connected."); }

}  // namespace

Task<Result<void>> PostgresGoogleCredentials::put(GoogleCredential credential) {
    auto work = [credential = std::move(credential), now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows user = co_await call.query(lockUser, credential.user);
        if (user.empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        const Value sealed{.bytes = credential.sealed, .null = false, .binary = true};
        Batch batch;
        batch.add(sql::putGoogleCredential, credential.user, credential.email, sealed, credential.keyId,
                  credential.expiry, now);
        co_await call.runAndCommit(std::move(batch));
        co_return Result<void>{};
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

Task<Result<void>> PostgresGoogleCredentials::remove(UserId user) {
    auto work = [user](Call& call) -> Task<Result<void>> {
        const Rows removed = co_await call.query(sql::removeGoogleCredential, user);
        if (removed.changed() == 0) co_return notConnected();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
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
