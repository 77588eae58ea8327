#include "store/sqlite/sqlite_sessions.hpp"

#include "store/sql/rows.hpp"
#include "store/sql/sessions.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::sqlite {
namespace {

std::unexpected<Error> sessionEnded() {
    return failure(ErrorCode::Unauthorized, "This session has ended. Sign in again.");
}

// Nothing when the token may not be swapped: a reused one ends its session, and that must stay written.
Result<std::optional<Session>> swapToken(Connection& connection, const std::string& tokenHash,
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
        return std::nullopt;
    }
    if (session->expires <= now) return std::nullopt;
    connection.run(sql::useSessionToken, tokenHash, now);
    connection.run(sql::insertSessionToken, nextHash, session->id);
    connection.run(sql::extendSession, session->id, now, nextExpires);
    session->lastUsed = now;
    session->expires = nextExpires;
    return session;
}

}  // namespace

Task<Result<Session>> SqliteSessions::create(NewSession session) {
    return database_.write([this, session = std::move(session)](Connection& connection) -> Result<Session> {
        if (connection.integerOf(sql::userExists, session.user) == 0) {
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

Task<Result<Session>> SqliteSessions::rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) {
    auto swap = [this, tokenHash = std::move(tokenHash), nextHash = std::move(nextHash),
                 nextExpires](Connection& connection) {
        return swapToken(connection, tokenHash, nextHash, nextExpires, database_.now());
    };
    auto swapped = co_await database_.write(std::move(swap));
    if (!swapped) co_return std::unexpected(std::move(swapped.error()));
    if (!*swapped) co_return sessionEnded();
    co_return std::move(**swapped);
}

Task<Result<void>> SqliteSessions::endByToken(std::string tokenHash) {
    return database_.write([this, tokenHash = std::move(tokenHash)](Connection& connection) -> Result<void> {
        const SessionId id = connection.integerOf(sql::findSessionByToken, tokenHash);
        if (id != 0) connection.run(sql::endSession, id, database_.now());
        return {};
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
