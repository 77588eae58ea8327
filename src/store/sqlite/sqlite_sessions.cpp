#include "store/sqlite/sqlite_sessions.hpp"

#include "store/sql/rows.hpp"
#include "store/sql/sessions.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::sqlite {
namespace {

constexpr std::string_view maySignIn =
    "select 1 from users where id = $1 and ($2 is null or (password_hash = $2 and is_active))";

std::unexpected<Error> sessionEnded() {
    return failure(ErrorCode::Unauthorized, "This session has ended. Sign in again.");
}

// Nothing when the token is not alive. A reused one ends its session, and that must stay written: it is no error.
Result<std::optional<Rotation>> swapToken(Connection& connection, const std::string& tokenHash,
                                          const std::string& nextHash, Timestamp nextExpires, Timestamp now) {
    std::optional<Session> session;
    bool used = false;
    {
        Query query = connection.query(sql::findSessionByToken, tokenHash);
        if (!query.step() || !query.isNull(6)) return std::nullopt;
        session = sql::readSession(query);
        used = !query.isNull(7);
    }
    if (used) {
        connection.run(sql::endSession, session->id, now);
        return Rotation{.session = std::move(*session), .reused = true};
    }
    if (session->expires <= now) return std::nullopt;
    connection.run(sql::useSessionToken, tokenHash, now);
    connection.run(sql::insertSessionToken, nextHash, session->id);
    connection.run(sql::extendSession, session->id, now, nextExpires);
    session->lastUsed = now;
    session->expires = nextExpires;
    return Rotation{.session = std::move(*session)};
}

}  // namespace

Task<Result<Session>> SqliteSessions::create(NewSession session) {
    return database_.write([this, session = std::move(session)](Connection& connection) -> Result<Session> {
        if (connection.integerOf(maySignIn, session.user, session.passwordHash) == 0) {
            if (session.passwordHash) return sessionEnded();
            return failure(ErrorCode::NotFound, "There is no such user.");
        }
        const Timestamp now = database_.now();
        const SessionId id =
            connection.integerOf(sql::insertSession, session.user, session.device, now, session.expires);
        connection.run(sql::insertSessionToken, session.tokenHash, id);
        return Session{.id = id,
                       .user = session.user,
                       .device = session.device,
                       .created = now,
                       .lastUsed = now,
                       .expires = session.expires};
    });
}

Task<Result<Rotation>> SqliteSessions::rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) {
    const auto known = co_await knows(tokenHash);
    if (!known) co_return std::unexpected(known.error());
    if (!*known) co_return sessionEnded();
    auto swap = [this, tokenHash = std::move(tokenHash), nextHash = std::move(nextHash),
                 nextExpires](Connection& connection) {
        return swapToken(connection, tokenHash, nextHash, nextExpires, database_.now());
    };
    auto swapped = co_await database_.write(std::move(swap));
    if (!swapped) co_return std::unexpected(std::move(swapped.error()));
    if (!*swapped) co_return sessionEnded();
    co_return std::move(**swapped);
}

Task<Result<UserId>> SqliteSessions::endByToken(std::string tokenHash) {
    const auto known = co_await knows(tokenHash);
    if (!known) co_return std::unexpected(known.error());
    if (!*known) co_return UserId{0};
    auto end = [this, tokenHash = std::move(tokenHash)](Connection& connection) -> Result<UserId> {
        Query query = connection.query(sql::findSessionByToken, tokenHash);
        if (!query.step()) return 0;
        const auto session = query.integer(0);
        const auto user = query.integer(1);
        connection.run(sql::endSession, session, database_.now());
        return user;
    };
    co_return co_await database_.write(std::move(end));
}

// A look before a transaction is opened: words that are no token of ours must not hold up the one writer.
Task<Result<bool>> SqliteSessions::knows(std::string tokenHash) {
    return database_.read([tokenHash = std::move(tokenHash)](Connection& connection) -> Result<bool> {
        return connection.integerOf(sql::findSessionByToken, tokenHash) != 0;
    });
}

Task<Result<void>> SqliteSessions::end(UserId user, SessionId session) {
    return database_.write([this, user, session](Connection& connection) -> Result<void> {
        if (connection.run(sql::endSessionOfUser, session, user, database_.now()) == 0) {
            return failure(ErrorCode::NotFound, "There is no such session.");
        }
        return {};
    });
}

Task<Result<int>> SqliteSessions::endAll(UserId user, SessionId kept) {
    return database_.write([this, user, kept](Connection& connection) -> Result<int> {
        return connection.run(sql::endSessionsOfUser, user, database_.now(), kept);
    });
}

Task<Result<std::vector<Session>>> SqliteSessions::list(UserId user) {
    return database_.read([this, user](Connection& connection) -> Result<std::vector<Session>> {
        std::vector<Session> sessions;
        Query query = connection.query(sql::liveSessionsOfUser, user, database_.now());
        while (query.step()) sessions.push_back(sql::readSession(query));
        return sessions;
    });
}

Task<Result<int>> SqliteSessions::purge(Timestamp before) {
    return database_.write(
        [before](Connection& connection) -> Result<int> { return connection.run(sql::purgeSessions, before); });
}

}  // namespace nextjob::store::sqlite
