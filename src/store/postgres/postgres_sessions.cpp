#include "store/postgres/postgres_sessions.hpp"

#include "store/sql/rows.hpp"
#include "store/sql/sessions.hpp"
#include "store/sql/users.hpp"

namespace nextjob::store::postgres {
namespace {

// Of two that swap one token at once, the second waits here and finds it swapped.
constexpr std::string_view lockToken = "select 1 from session_tokens where token_hash = $1 for update";

// Holds up who changes the password until the session stands and can be ended with the others. The type has to be said.
constexpr std::string_view maySignIn = R"(
    select 1 from users where id = $1 and ($2::text is null or (password_hash = $2 and is_active)) for share)";

std::unexpected<Error> sessionEnded() {
    return failure(ErrorCode::Unauthorized, "This session has ended. Sign in again.");
}

struct Swap {
    std::string tokenHash, nextHash;
    Timestamp nextExpires, now;
};

// Nothing when the token is not alive. A reused one ends its session, and that must stay written: it is no error.
Task<Result<std::optional<Rotation>>> swapToken(Call& call, Swap swap) {
    Batch look;
    look.add(lockToken, swap.tokenHash);
    look.add(sql::findSessionByToken, swap.tokenHash);
    const auto found = co_await call.run(std::move(look));
    if (found[1].empty() || !found[1][0].isNull(6)) co_return std::nullopt;
    const Row row = found[1][0];
    Session session = sql::readSession(row);
    Batch change;
    if (!row.isNull(7)) {
        change.add(sql::endSession, session.id, swap.now);
        co_await call.runAndCommit(std::move(change));
        co_return Rotation{.session = std::move(session), .reused = true};
    }
    if (session.expires <= swap.now) co_return std::nullopt;
    change.add(sql::useSessionToken, swap.tokenHash, swap.now);
    change.add(sql::insertSessionToken, swap.nextHash, session.id);
    change.add(sql::extendSession, session.id, swap.now, swap.nextExpires);
    co_await call.runAndCommit(std::move(change));
    session.lastUsed = swap.now;
    session.expires = swap.nextExpires;
    co_return Rotation{.session = std::move(session)};
}

// How many rows one statement changed.
Task<Result<int>> changedBy(Database& database, Statement statement) {
    auto work = [statement = std::move(statement)](Call& call) -> Task<Result<int>> {
        Batch batch;
        batch.add(statement);
        const auto answers = co_await call.run(std::move(batch));
        co_return answers[0].changed();
    };
    co_return co_await database.once(std::move(work));
}

}  // namespace

Task<Result<Session>> PostgresSessions::create(NewSession session) {
    const Timestamp now = database_.now();
    auto work = [session, now](Call& call) -> Task<Result<Session>> {
        const Rows user = co_await call.query(maySignIn, session.user, session.passwordHash);
        if (user.empty() && session.passwordHash) co_return sessionEnded();
        if (user.empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        const Rows made = co_await call.query(sql::insertSession, session.user, session.device, now, session.expires);
        const SessionId id = made[0].integer(0);
        Batch batch;
        batch.add(sql::insertSessionToken, session.tokenHash, id);
        co_await call.runAndCommit(std::move(batch));
        co_return Session{.id = id,
                          .user = session.user,
                          .device = session.device,
                          .created = now,
                          .lastUsed = now,
                          .expires = session.expires};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<Rotation>> PostgresSessions::rotate(std::string tokenHash, std::string nextHash, Timestamp nextExpires) {
    Swap swap{.tokenHash = std::move(tokenHash),
              .nextHash = std::move(nextHash),
              .nextExpires = nextExpires,
              .now = database_.now()};
    auto work = [swap = std::move(swap)](Call& call) { return swapToken(call, swap); };
    auto swapped = co_await database_.write(std::move(work));
    if (!swapped) co_return std::unexpected(std::move(swapped.error()));
    if (!*swapped) co_return sessionEnded();
    co_return std::move(**swapped);
}

Task<Result<UserId>> PostgresSessions::endByToken(std::string tokenHash) {
    constexpr std::string_view endByToken = R"(
        update sessions set ended_at = coalesce(ended_at, $2)
        where id = (select session_id from session_tokens where token_hash = $1) returning user_id)";
    auto work = [tokenHash = std::move(tokenHash), now = database_.now()](Call& call) -> Task<Result<UserId>> {
        const Rows ended = co_await call.query(endByToken, tokenHash, now);
        co_return ended.empty() ? UserId{0} : ended[0].integer(0);
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<void>> PostgresSessions::end(UserId user, SessionId session) {
    auto ended = co_await changedBy(database_, statementOf(sql::endSessionOfUser, session, user, database_.now()));
    if (!ended) co_return std::unexpected(std::move(ended.error()));
    if (*ended == 0) co_return failure(ErrorCode::NotFound, "There is no such session.");
    co_return Result<void>{};
}

Task<Result<int>> PostgresSessions::endAll(UserId user, SessionId kept) {
    return changedBy(database_, statementOf(sql::endSessionsOfUser, user, database_.now(), kept));
}

Task<Result<std::vector<Session>>> PostgresSessions::list(UserId user) {
    auto work = [user, now = database_.now()](Call& call) -> Task<Result<std::vector<Session>>> {
        const Rows rows = co_await call.query(sql::liveSessionsOfUser, user, now);
        std::vector<Session> sessions;
        for (int row = 0; row < rows.size(); ++row) sessions.push_back(sql::readSession(rows[row]));
        co_return sessions;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<int>> PostgresSessions::purge(Timestamp before) {
    return changedBy(database_, statementOf(sql::purgeSessions, before));
}

}  // namespace nextjob::store::postgres
