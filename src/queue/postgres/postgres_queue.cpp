#include "queue/postgres/postgres_queue.hpp"

#include "model/names.hpp"
#include "queue/postgres/accept.hpp"
#include "queue/process_identity.hpp"
#include "store/postgres/postgres_messages.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sql/users.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nextjob::queue::postgres {

namespace sql = store::sql;
using std::chrono::milliseconds;
using store::postgres::addToImport;
using store::postgres::Batch;
using store::postgres::Call;
using store::postgres::column;
using store::postgres::integers;
using store::postgres::Row;
using store::postgres::Rows;

namespace {

const std::string& lockClaimable() {
    static const std::string sql = fmt::format("{} for update skip locked", sql::findClaimable);
    return sql;
}

constexpr std::string_view claimAll = R"(
    update queue set owner = $2, lease_until = $3, ticket = ticket + 1 where message_id = any ($1::bigint[])
    returning message_id, ticket, attempts)";

constexpr std::string_view claimedMessages = R"(
    select m.user_id, m.key, m.source, m.source_id, m.subject, m.sender, m.received_at, m.import_id, m.truncated,
           p.format, p.body, m.id
    from messages m join payloads p on p.message_id = m.id where m.id = any ($1::bigint[]) order by m.id)";

constexpr std::string_view releaseAll = R"(
    update queue q set owner = null from unnest($1::bigint[], $2::bigint[]) as t (message_id, ticket)
    where q.message_id = t.message_id and q.ticket = t.ticket and q.owner is not null)";

constexpr std::string_view stillQueued =
    "select message_id from queue where message_id = any ($1::bigint[]) order by message_id";

// Ends the ledger row of a message that has just left the queue.
Task<void> buryRow(Call& call, MessageId message, std::string reason, std::int64_t attempts, Timestamp now) {
    const Rows buried = co_await call.query(sql::buryMessage, message, reason, attempts, now);
    if (buried.empty()) co_return;
    if (const auto import = buried[0].optionalInteger(0)) {
        Batch batch;
        addToImport(batch, *import, {.dead = 1}, now);
        co_await call.run(std::move(batch));
    }
}

// What was freed because its process is dead, or holds it for longer than a lease, has failed once more, so that a
// message that kills whoever reads it ends as a dead letter instead of stopping everything for good.
Task<void> buryHopeless(Call& call, Rows freed, int maximumAttempts, Timestamp now) {
    for (int row = 0; row < freed.size(); ++row) {
        if (freed[row].number(1) < maximumAttempts) continue;
        const MessageId message = freed[row].integer(0);
        co_await call.query(sql::dequeue, message);
        co_await buryRow(call, message, std::string(readersDied), freed[row].number(1), now);
    }
}

std::vector<MessageId> idsIn(const Rows& rows) {
    std::vector<MessageId> ids;
    for (int row = 0; row < rows.size(); ++row) ids.push_back(rows[row].integer(0));
    return ids;
}

// Of those that may be claimed, in their order. One that has failed before comes alone: should it kill its process,
// then no other message is blamed with it.
std::vector<MessageId> claimable(const Rows& rows) {
    std::vector<MessageId> found;
    for (int row = 0; row < rows.size(); ++row) {
        const bool suspect = rows[row].number(1) > 0;
        if (suspect && !found.empty()) break;
        found.push_back(rows[row].integer(0));
        if (suspect) break;
    }
    return found;
}

RawMessage readRaw(const Row& row) {
    return {.user = row.integer(0),
            .key = row.text(1),
            .source = row.text(2),
            .sourceId = row.text(3),
            .subject = row.text(4),
            .sender = row.text(5),
            .receivedAt = row.optionalTime(6),
            .import = row.optionalInteger(7),
            .format = parseName<MailFormat>(row.text(9)).value(),
            .bytes = row.text(10),
            .truncated = row.flag(8)};
}

// What died before it was fetched is for its mailbox to fetch again.
Task<bool> reviveUnfetched(Call& call, UserId user, MessageId message, Timestamp now) {
    const Rows revived = co_await call.query(sql::reviveUnfetched, message, user, now);
    if (revived.empty()) co_return false;
    co_await call.query(sql::askMailbox, user, revived[0].text(0), now);
    co_return true;
}

Task<bool> reviveOne(Call& call, UserId user, MessageId message, Timestamp now) {
    const Rows revived = co_await call.query(sql::reviveMessage, message, user, now);
    if (revived.empty()) {
        const bool unfetched = co_await reviveUnfetched(call, user, message, now);
        co_return unfetched;
    }
    Batch batch;
    batch.add(sql::enqueue, message, user, revived[0].integer(1), now);
    if (const auto import = revived[0].optionalInteger(0)) {
        batch.add(sql::reopenImport, *import);
        addToImport(batch, *import, {.dead = -1}, now);
    }
    co_await call.run(std::move(batch));
    co_return true;
}

}  // namespace

PostgresQueue::PostgresQueue(store::postgres::Database& database, Options options)
    : database_(database), options_(options), owner_(ownIdentity()) {}

Task<Result<Accepted>> PostgresQueue::enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                            std::optional<ImportProgress> progress,
                                            std::optional<milliseconds> patience) {
    auto tryOnce = [this, messages, progress] {
        return database_.write([this, messages, progress](Call& call) {
            return acceptIfRoom(call, messages, progress, options_, database_.now());
        });
    };
    auto accepted = co_await acceptWhenRoom(
        database_.roomMade, std::min(patience.value_or(options_.acceptWait), options_.acceptWait), std::move(tryOnce));
    if (accepted && accepted->fresh > 0) database_.workArrived.notify();
    co_return accepted;
}

Task<Result<void>> PostgresQueue::reclaim() {
    auto work = [this, now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows owners = co_await call.query(sql::queueOwners);
        for (int row = 0; row < owners.size(); ++row) {
            const std::string owner = owners[row].text(0);
            if (owner == owner_ || !hasDied(owner, Reach::ManyMachines)) continue;
            Rows freed = co_await call.query(sql::freeClaimsOf, owner);
            co_await buryHopeless(call, std::move(freed), options_.maximumAttempts, now);
        }
        Rows lapsed = co_await call.query(sql::freeLapsedClaims, now);
        co_await buryHopeless(call, std::move(lapsed), options_.maximumAttempts, now);
        co_return Result<void>{};
    };
    return database_.write(std::move(work));
}

Task<Result<std::vector<Claim>>> PostgresQueue::claimNow(std::string holder, int count) {
    if (reclaim_.isDue()) {
        auto freed = co_await reclaim();
        if (!freed) co_return std::unexpected(std::move(freed.error()));
    }
    auto work = [this, holder = std::move(holder), count,
                 now = database_.now()](Call& call) -> Task<Result<std::vector<Claim>>> {
        const Rows free = co_await call.query(lockClaimable(), now, count);
        const auto ids = claimable(free);
        std::vector<Claim> claims;
        if (ids.empty()) co_return claims;
        Batch take;
        take.add(claimAll, column(integers(), ids), holder, now + options_.lease);
        take.add(claimedMessages, column(integers(), ids));
        const auto taken = co_await call.runAndCommit(std::move(take));
        for (int row = 0; row < taken[1].size(); ++row) {
            claims.push_back({.ticket = 0, .message = taken[1][row].integer(11), .raw = readRaw(taken[1][row])});
        }
        for (int row = 0; row < taken[0].size(); ++row) {
            const auto claim = std::ranges::find(claims, taken[0][row].integer(0), &Claim::message);
            if (claim == claims.end()) continue;
            claim->ticket = taken[0][row].integer(1);
            claim->attempts = taken[0][row].number(2);
        }
        co_return claims;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<Claim>>> PostgresQueue::claim(int count, milliseconds wait) {
    return claimFor(owner_, count, wait);
}

Task<Result<std::vector<Claim>>> PostgresQueue::claimFor(std::string holder, int count, milliseconds wait) {
    auto tryOnce = [this, holder = std::move(holder), count] { return claimNow(holder, count); };
    return claimWhenReady(database_.workArrived, wait, std::move(tryOnce));
}

// Ingest has taken them out, in its own transaction.
Task<Result<void>> PostgresQueue::acknowledge(std::vector<Claim>) { co_return Result<void>{}; }

Task<Result<void>> PostgresQueue::retryLater(Claim claim, std::string reason, milliseconds delay) {
    auto work = [this, id = claim.message, ticket = claim.ticket, reason = std::move(reason), delay,
                 now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows delayed = co_await call.query(sql::delayClaim, id, ticket, now + delay);
        if (delayed.empty()) co_return Result<void>{};
        const std::int64_t attempts = delayed[0].integer(0);
        if (attempts < options_.maximumAttempts) {
            co_await call.query(sql::noteFailedAttempt, id, reason, attempts, now);
        } else {
            co_await call.query(sql::dequeue, id);
            co_await buryRow(call, id, reason, attempts, now);
        }
        co_return Result<void>{};
    };
    auto done = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    database_.roomMade.notify();
    co_return done;
}

Task<Result<void>> PostgresQueue::release(std::vector<Claim> claims) {
    auto ids = integers(), tickets = integers();
    for (const Claim& claim : claims) {
        ids.add(claim.message);
        tickets.add(claim.ticket);
    }
    auto work = [ids = ids.take(), tickets = tickets.take()](Call& call) -> Task<Result<void>> {
        co_await call.query(releaseAll, ids, tickets);
        co_return Result<void>{};
    };
    auto done = co_await database_.once(std::move(work));
    database_.workArrived.notify();
    co_return done;
}

Task<Result<void>> PostgresQueue::releaseOf(std::string holder) {
    auto work = [holder = std::move(holder)](Call& call) -> Task<Result<void>> {
        co_await call.query(sql::releaseClaimsOf, holder);
        co_return Result<void>{};
    };
    auto done = co_await database_.once(std::move(work));
    database_.workArrived.notify();
    co_return done;
}

Task<Result<void>> PostgresQueue::deadLetter(Claim claim, std::string reason) {
    auto work = [id = claim.message, ticket = claim.ticket, reason = std::move(reason),
                 now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows dropped = co_await call.query(sql::dropClaim, id, ticket);
        if (!dropped.empty()) co_await buryRow(call, id, reason, dropped[0].integer(0) + 1, now);
        co_return Result<void>{};
    };
    auto done = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return done;
}

Task<Result<int>> PostgresQueue::revive(UserId user, std::optional<MessageId> message) {
    auto work = [user, message, now = database_.now()](Call& call) -> Task<Result<int>> {
        std::vector<MessageId> dead;
        if (message) {
            dead.push_back(*message);
        } else {
            const Rows rows = co_await call.query(sql::deadMessagesOfUser, user);
            for (int row = 0; row < rows.size(); ++row) dead.push_back(rows[row].integer(0));
        }
        int revived = 0;
        for (const MessageId id : dead) {
            const bool back = co_await reviveOne(call, user, id, now);
            revived += back ? 1 : 0;
        }
        co_return revived;
    };
    auto revived = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    co_return revived;
}

Task<Result<Depth>> PostgresQueue::depth() {
    auto work = [now = database_.now()](Call& call) -> Task<Result<Depth>> {
        Batch batch;
        batch.add(sql::queueDepth, now);
        batch.add(sql::countDeadLetters);
        const auto answers = co_await call.run(std::move(batch));
        const Row row = answers[0][0];
        Depth depth{.ready = row.integer(0), .claimed = row.integer(1), .delayed = row.integer(2)};
        depth.bytes = static_cast<std::uint64_t>(row.integer(3));
        if (const auto oldest = row.optionalTime(4)) depth.lag = std::max(milliseconds(0), now - *oldest);
        depth.dead = answers[1][0].integer(0);
        co_return depth;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<MessageId>>> PostgresQueue::waiting(MessageId beyond, int limit) {
    return database_.read([beyond, limit](Call& call) -> Task<Result<std::vector<MessageId>>> {
        co_return idsIn(co_await call.query(sql::queuedMessages, beyond, limit));
    });
}

Task<Result<std::vector<MessageId>>> PostgresQueue::stillWaiting(std::vector<MessageId> messages) {
    return database_.read([messages = std::move(messages)](Call& call) -> Task<Result<std::vector<MessageId>>> {
        co_return idsIn(co_await call.query(stillQueued, column(integers(), messages)));
    });
}

Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> PostgresQueue::read(std::vector<MessageId> messages) {
    return database_.read(
        [messages = std::move(messages)](Call& call) -> Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> {
            const auto ids = idsIn(co_await call.query(stillQueued, column(integers(), messages)));
            const Rows rows = co_await call.query(claimedMessages, column(integers(), ids));
            std::vector<std::pair<MessageId, RawMessage>> found;
            for (int row = 0; row < rows.size(); ++row) found.emplace_back(rows[row].integer(11), readRaw(rows[row]));
            co_return found;
        });
}

Task<Result<std::string>> PostgresQueue::emailOf(UserId user) {
    return database_.read([user](Call& call) -> Task<Result<std::string>> {
        const Rows found = co_await call.query(sql::emailOfUser, user);
        if (found.empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        co_return found[0].text(0);
    });
}

Task<Result<void>> PostgresQueue::noteFailure(MessageId message, std::string reason, int attempts) {
    return database_.once([this, message, reason = std::move(reason), attempts](Call& call) -> Task<Result<void>> {
        co_await call.query(sql::noteFailedAttempt, message, reason, attempts, database_.now());
        co_return Result<void>{};
    });
}

Task<Result<void>> PostgresQueue::bury(MessageId message, std::string reason, int attempts) {
    auto work = [this, message, reason = std::move(reason), attempts](Call& call) -> Task<Result<void>> {
        co_await call.query(sql::dequeue, message);
        co_await buryRow(call, message, reason, attempts, database_.now());
        co_return Result<void>{};
    };
    auto done = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return done;
}

}  // namespace nextjob::queue::postgres
