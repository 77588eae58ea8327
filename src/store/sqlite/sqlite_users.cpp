#include "store/sqlite/sqlite_users.hpp"

#include "store/email_key.hpp"
#include "store/not_found.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/list.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

std::unexpected<Error> emailTaken(const std::string& email) {
    return failure(ErrorCode::Conflict, fmt::format("There is a user {} already.", email));
}

const std::string& findUserBySession() {
    static const std::string sql = fmt::format("{} = $1", sql::usersBySession);
    return sql;
}

Result<Credentials> readCredentials(Query query) {
    if (!query.step()) return noSuchUser();
    return sql::readCredentials(query);
}

Result<User> userOnly(Result<Credentials> found) {
    if (!found) return std::unexpected(std::move(found.error()));
    return std::move(found->user);
}

Result<User> findById(Connection& connection, UserId id) {
    return userOnly(readCredentials(connection.query(sql::findUser, id)));
}

bool isTaken(Connection& connection, const std::string& email, UserId by = 0) {
    const auto found = readCredentials(connection.query(sql::findUserByEmail, emailKey(email)));
    return found && found->user.id != by;
}

}  // namespace

Task<Result<User>> SqliteUsers::create(NewUser user) {
    return database_.write([this, user = std::move(user)](Connection& connection) -> Result<User> {
        if (user.email.empty()) return failure(ErrorCode::Invalid, "A user needs an e-mail address.");
        if (isTaken(connection, user.email)) return emailTaken(user.email);
        const UserId id = connection.integerOf(sql::insertUser, user.email, emailKey(user.email), user.passwordHash,
                                               user.fullName, user.isVerified, user.isSuperuser, database_.now());
        return findById(connection, id);
    });
}

Task<Result<User>> SqliteUsers::find(UserId id) {
    return database_.read([id](Connection& connection) { return findById(connection, id); });
}

Task<Result<User>> SqliteUsers::findByEmail(std::string email) {
    return database_.read([email = std::move(email)](Connection& connection) {
        return userOnly(readCredentials(connection.query(sql::findUserByEmail, emailKey(email))));
    });
}

Task<Result<Credentials>> SqliteUsers::credentials(std::string email) {
    return database_.read([email = std::move(email)](Connection& connection) {
        return readCredentials(connection.query(sql::findUserByEmail, emailKey(email)));
    });
}

Task<Result<User>> SqliteUsers::update(UserId id, UserChanges changes) {
    return database_.write([id, changes = std::move(changes)](Connection& connection) -> Result<User> {
        std::optional<std::string> key;
        if (changes.email) {
            if (changes.email->empty()) return failure(ErrorCode::Invalid, "A user needs an e-mail address.");
            if (isTaken(connection, *changes.email, id)) return emailTaken(*changes.email);
            key = emailKey(*changes.email);
        }
        const auto whileKey = changes.whileEmail ? std::optional(emailKey(*changes.whileEmail)) : std::nullopt;
        const int changed = connection.run(sql::updateUser, id, changes.email, key, changes.passwordHash,
                                           changes.fullName, changes.isActive, changes.isVerified, changes.isSuperuser,
                                           whileKey, changes.whilePasswordHash);
        if (changed == 0) return noSuchUser();
        return findById(connection, id);
    });
}

Task<Result<User>> SqliteUsers::signedIn(SessionId session) {
    return database_.read([session, now = database_.now()](Connection& connection) -> Result<User> {
        Query query = connection.query(findUserBySession(), session, now);
        if (!query.step()) return failure(ErrorCode::Unauthorized, "This session has ended. Sign in again.");
        return sql::readUser(query);
    });
}

Task<Result<void>> SqliteUsers::erase(UserId id) {
    return database_.write([id](Connection& connection) -> Result<void> {
        if (connection.run(sql::deleteUser, id) == 0) return noSuchUser();
        return {};
    });
}

Task<Result<Page<User>>> SqliteUsers::list(std::string search, PageRequest page) {
    return database_.read(
        [search = emailKey(std::move(search)), page = std::move(page)](Connection& connection) -> Result<Page<User>> {
            ListQuery users{.name = "users",
                            .columns = std::string(sql::userColumns),
                            .from = "users",
                            .countFrom = "users",
                            .where = "true",
                            .values = {},
                            .id = "id",
                            .key = "id"};
            if (!search.empty()) {
                users.where = "(instr(email_key, $1) > 0 or instr(lower(full_name), $1) > 0)";
                users.values.emplace_back(search);
            }
            const auto reader = PageReader::prepare(users, page);
            if (!reader) return std::unexpected(reader.error());
            return reader->read<User>(connection, sql::readUser<Query>);
        });
}

}  // namespace nextjob::store::sqlite
