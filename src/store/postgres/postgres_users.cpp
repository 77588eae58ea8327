#include "store/postgres/postgres_users.hpp"

#include "store/email_key.hpp"
#include "store/not_found.hpp"
#include "store/postgres/list.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

std::unexpected<Error> emailTaken(const std::string& email) {
    return failure(ErrorCode::Conflict, fmt::format("There is a user {} already.", email));
}

// The list first, for which whoever adds offers without the user's lock has to wait, or has ended then. Then what has
// no foreign key to the user (see the first migration), and then the user, whose deletion takes the rest.
constexpr std::string_view deleteListOfUser = "delete from offer_lists where user_id = $1";
constexpr std::string_view deleteOffersOfUser = R"(
    with gone as (delete from offers where user_id = $1 returning id)
    delete from sightings s using gone g where s.offer_id = g.id)";
constexpr std::string_view deleteKeysOfUser = "delete from offer_keys where user_id = $1";
constexpr std::string_view deleteVectorsOfUser = "delete from offer_vectors where user_id = $1";
constexpr std::string_view lockUser = "select id from users where id = $1 for update";

const std::string& findUsersBySession() {
    static const std::string sql = fmt::format("{} = any ($1::bigint[])", sql::usersBySession);
    return sql;
}

Task<Result<Credentials>> findCredentials(Call& call, std::string_view sql, Value key) {
    const Rows rows = co_await call.query(sql, key);
    if (rows.empty()) co_return noSuchUser();
    co_return sql::readCredentials(rows[0]);
}

Result<User> userOnly(Result<Credentials> found) {
    if (!found) return std::unexpected(std::move(found.error()));
    return std::move(found->user);
}

}  // namespace

PostgresUsers::PostgresUsers(Database& database)
    : database_(database),
      bySession_(
          database,
          [&database](Call& call, const Value& sessions) {
              return call.query(findUsersBySession(), sessions, database.now());
          },
          [](const Row& row) { return std::pair(row.integer(1), sql::readUser(row)); }) {}

Task<Result<User>> PostgresUsers::create(NewUser user) {
    if (user.email.empty()) co_return failure(ErrorCode::Invalid, "A user needs an e-mail address.");
    const Timestamp now = database_.now();
    auto work = [user, now](Call& call) -> Task<Result<User>> {
        try {
            const Rows made = co_await call.query(sql::insertUser, user.email, emailKey(user.email), user.passwordHash,
                                                  user.fullName, user.isVerified, user.isSuperuser, now);
            co_return User{.id = made[0].integer(0),
                           .email = storable(user.email),
                           .fullName = storable(user.fullName),
                           .isActive = true,
                           .isVerified = user.isVerified,
                           .isSuperuser = user.isSuperuser,
                           .created = now};
        } catch (const PostgresError& error) {
            if (!isUniqueViolation(error)) throw;
        }
        co_return emailTaken(user.email);
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<User>> PostgresUsers::find(UserId id) {
    auto work = [id](Call& call) { return findCredentials(call, sql::findUser, valueOf(id)); };
    co_return userOnly(co_await database_.read(std::move(work)));
}

Task<Result<User>> PostgresUsers::findByEmail(std::string email) {
    co_return userOnly(co_await credentials(std::move(email)));
}

Task<Result<Credentials>> PostgresUsers::credentials(std::string email) {
    auto work = [key = valueOf(emailKey(std::move(email)))](Call& call) {
        return findCredentials(call, sql::findUserByEmail, key);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<User>> PostgresUsers::update(UserId id, UserChanges changes) {
    if (changes.email && changes.email->empty())
        co_return failure(ErrorCode::Invalid, "A user needs an e-mail address.");
    auto work = [id, changes](Call& call) -> Task<Result<User>> {
        const auto key = changes.email ? std::optional(emailKey(*changes.email)) : std::nullopt;
        const auto whileKey = changes.whileEmail ? std::optional(emailKey(*changes.whileEmail)) : std::nullopt;
        Batch batch;
        batch.add(sql::updateUser, id, changes.email, key, changes.passwordHash, changes.fullName, changes.isActive,
                  changes.isVerified, changes.isSuperuser, whileKey, changes.whilePasswordHash);
        batch.add(sql::findUser, id);
        try {
            const auto answers = co_await call.run(std::move(batch));
            if (answers[0].changed() == 0 || answers[1].empty()) co_return noSuchUser();
            co_return sql::readUser(answers[1][0]);
        } catch (const PostgresError& error) {
            if (!isUniqueViolation(error)) throw;
        }
        co_return emailTaken(*changes.email);
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<User>> PostgresUsers::signedIn(SessionId session) {
    auto user = co_await bySession_.find(session);
    if (!user) co_return std::unexpected(std::move(user.error()));
    if (!*user) co_return failure(ErrorCode::Unauthorized, "This session has ended. Sign in again.");
    co_return std::move(**user);
}

Task<Result<void>> PostgresUsers::erase(UserId id) {
    auto work = [id](Call& call) -> Task<Result<void>> {
        Batch batch;
        batch.add(lockUser, id);
        batch.add(deleteListOfUser, id);
        batch.add(deleteOffersOfUser, id);
        batch.add(deleteKeysOfUser, id);
        batch.add(deleteVectorsOfUser, id);
        const auto erased = batch.add(sql::deleteUser, id);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[erased].changed() == 0) co_return noSuchUser();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<Page<User>>> PostgresUsers::list(std::string search, PageRequest page) {
    ListQuery users{.name = "users",
                    .columns = std::string(sql::userColumns),
                    .from = "users",
                    .countFrom = "users",
                    .where = "true",
                    .values = {},
                    .id = "id",
                    .key = "id"};
    if (!search.empty()) {
        users.where = "(strpos(email_key, $1) > 0 or strpos(lower(full_name collate \"C\"), $1) > 0)";
        users.values.emplace_back(emailKey(std::move(search)));
    }
    return readPage<User>(database_, std::move(users), std::move(page), sql::readUser<Row>);
}

}  // namespace nextjob::store::postgres
