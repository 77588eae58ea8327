#include "queue/sqlite/sqlite_queue.hpp"

#include "model/names.hpp"
#include "queue/process_identity.hpp"
#include "queue/sqlite/accept.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nextjob::queue::sqlite {

namespace sql = store::sql;
using std::chrono::milliseconds;
using store::sqlite::addToImport;
using store::sqlite::Connection;
using store::sqlite::Query;

struct SqliteQueue::Ticket {
    MessageId message = 0;
    std::int64_t number = 0;
    int attempts = 0;
};

namespace {

// Ends the ledger row of a message that has just left the queue.
void buryRow(Connection& connection, MessageId message, std::string_view reason, int attempts, Timestamp now) {
    std::optional<ImportId> import;
    {
        Query query = connection.query(sql::buryMessage, message, reason, attempts, now);
        if (!query.step()) return;
        import = query.optionalInteger(0);
    }
    if (import) addToImport(connection, *import, {.dead = 1}, now);
}

using Failed = std::vector<std::pair<MessageId, int>>;  // and how often, by now

void addFailed(Failed& failed, Query freed) {
    while (freed.step()) failed.emplace_back(freed.integer(0), freed.number(1));
}

// Frees what is held by dead processes, or for longer than a lease. That counts as a failed attempt, so that a message
// that kills whoever reads it ends as a dead letter instead of stopping everything for good.
void freeLostClaims(Connection& connection, std::string_view self, int maximumAttempts, Timestamp now) {
    std::vector<std::string> dead;
    {
        Query owners = connection.query(sql::queueOwners);
        while (owners.step()) {
            std::string owner = owners.text(0);
            if (owner != self && hasDied(owner)) dead.push_back(std::move(owner));
        }
    }
    Failed failed;
    for (const std::string& owner : dead) addFailed(failed, connection.query(sql::freeClaimsOf, owner));
    addFailed(failed, connection.query(sql::freeLapsedClaims, now));
    for (const auto& [message, attempts] : failed) {
        if (attempts < maximumAttempts) continue;
        connection.run(sql::dequeue, message);
        buryRow(connection, message, readersDied, attempts, now);
    }
}

// The next messages that may be worked on, of each user the oldest. One that has failed before comes alone: should it
// kill its process, then no other message is blamed with it.
std::vector<MessageId> findClaimable(Connection& connection, Timestamp now, int count) {
    std::vector<MessageId> found;
    Query query = connection.query(sql::findClaimable, now, count);
    while (query.step()) {
        const bool suspect = query.number(1) > 0;
        if (suspect && !found.empty()) break;
        found.push_back(query.integer(0));
        if (suspect) break;
    }
    return found;
}

// The message as it was accepted; nothing when it has left the queue meanwhile.
std::optional<RawMessage> readRaw(Connection& connection, MessageId id) {
    Query query = connection.query(sql::claimedMessage, id);
    if (!query.step()) return std::nullopt;
    return RawMessage{.user = query.integer(0),
                      .key = query.text(1),
                      .source = query.text(2),
                      .sourceId = query.text(3),
                      .subject = query.text(4),
                      .sender = query.text(5),
                      .receivedAt = query.optionalTime(6),
                      .import = query.optionalInteger(7),
                      .format = parseName<MailFormat>(query.text(9)).value(),
                      .bytes = query.text(10),
                      .truncated = query.flag(8)};
}

// What died before it was fetched is for its mailbox to fetch again.
bool reviveUnfetched(Connection& connection, UserId user, MessageId message, Timestamp now) {
    std::string source;
    {
        Query query = connection.query(sql::reviveUnfetched, message, user, now);
        if (!query.step()) return false;
        source = query.text(0);
    }
    connection.run(sql::askMailbox, user, source, now);
    return true;
}

bool reviveOne(Connection& connection, UserId user, MessageId message, Timestamp now) {
    std::optional<ImportId> import;
    std::int64_t bytes = 0;
    {
        Query query = connection.query(sql::reviveMessage, message, user, now);
        if (!query.step()) return reviveUnfetched(connection, user, message, now);
        import = query.optionalInteger(0);
        bytes = query.integer(1);
    }
    connection.run(sql::enqueue, message, user, bytes, now);
    if (import) {
        connection.run(sql::reopenImport, *import);
        addToImport(connection, *import, {.dead = -1}, now);
    }
    return true;
}

std::vector<MessageId> deadMessages(Connection& connection, UserId user) {
    std::vector<MessageId> dead;
    Query query = connection.query(sql::deadMessagesOfUser, user);
    while (query.step()) dead.push_back(query.integer(0));
    return dead;
}

}  // namespace

SqliteQueue::SqliteQueue(store::sqlite::Database& database, Options options)
    : database_(database), options_(options), owner_(ownIdentity()) {}

Task<Result<Accepted>> SqliteQueue::enter(std::shared_ptr<const std::vector<RawMessage>> messages,
                                          std::optional<ImportProgress> progress,
                                          std::optional<milliseconds> patience) {
    auto tryOnce = [this, messages, progress] {
        return database_.write([this, messages, progress](Connection& connection) {
            return acceptIfRoom(connection, *messages, progress, options_, database_.now());
        });
    };
    auto accepted = co_await acceptWhenRoom(
        database_.roomMade, std::min(patience.value_or(options_.acceptWait), options_.acceptWait), std::move(tryOnce));
    if (accepted && accepted->fresh > 0) database_.workArrived.notify();
    co_return accepted;
}

Task<Result<std::vector<SqliteQueue::Ticket>>> SqliteQueue::take(std::string holder, int count) {
    return database_.write([this, holder = std::move(holder), count,
                            reclaim = reclaim_.isDue()](Connection& connection) -> Result<std::vector<Ticket>> {
        const Timestamp now = database_.now();
        if (reclaim) freeLostClaims(connection, owner_, options_.maximumAttempts, now);
        std::vector<Ticket> taken;
        for (const MessageId message : findClaimable(connection, now, count)) {
            Query query = connection.query(sql::claim, message, holder, now + options_.lease);
            query.step();
            taken.push_back({.message = message, .number = query.integer(0), .attempts = query.number(1)});
        }
        return taken;
    });
}

Task<Result<std::vector<Claim>>> SqliteQueue::claimNow(std::string holder, int count) {
    auto taken = co_await take(std::move(holder), count);
    if (!taken) co_return std::unexpected(std::move(taken.error()));
    if (taken->empty()) co_return std::vector<Claim>{};
    auto load = [tickets = std::move(*taken)](Connection& connection) -> Result<std::vector<Claim>> {
        std::vector<Claim> claims;
        for (const Ticket& ticket : tickets) {
            auto raw = readRaw(connection, ticket.message);
            if (!raw) continue;
            claims.push_back({.ticket = ticket.number,
                              .message = ticket.message,
                              .raw = std::move(*raw),
                              .attempts = ticket.attempts});
        }
        return claims;
    };
    co_return co_await database_.read(std::move(load));
}

Task<Result<std::vector<Claim>>> SqliteQueue::claim(int count, milliseconds wait) {
    return claimFor(owner_, count, wait);
}

Task<Result<std::vector<Claim>>> SqliteQueue::claimFor(std::string holder, int count, milliseconds wait) {
    auto tryOnce = [this, holder = std::move(holder), count] { return claimNow(holder, count); };
    return claimWhenReady(database_.workArrived, wait, std::move(tryOnce));
}

// Ingest has taken them out, in its own transaction.
Task<Result<void>> SqliteQueue::acknowledge(std::vector<Claim>) { co_return Result<void>{}; }

Task<Result<void>> SqliteQueue::retryLater(Claim claim, std::string reason, milliseconds delay) {
    auto work = [this, id = claim.message, ticket = claim.ticket, reason = std::move(reason),
                 delay](Connection& connection) -> Result<void> {
        const Timestamp now = database_.now();
        std::int64_t attempts = 0;
        {
            Query query = connection.query(sql::delayClaim, id, ticket, now + delay);
            if (!query.step()) return {};
            attempts = query.integer(0);
        }
        if (attempts < options_.maximumAttempts) {
            connection.run(sql::noteFailedAttempt, id, reason, attempts, now);
        } else {
            connection.run(sql::dequeue, id);
            buryRow(connection, id, reason, static_cast<int>(attempts), now);
        }
        return {};
    };
    auto done = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    database_.roomMade.notify();
    co_return done;
}

Task<Result<void>> SqliteQueue::release(std::vector<Claim> claims) {
    auto work = [claims = std::move(claims)](Connection& connection) -> Result<void> {
        for (const Claim& claim : claims) connection.run(sql::releaseClaim, claim.message, claim.ticket);
        return {};
    };
    auto done = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    co_return done;
}

Task<Result<void>> SqliteQueue::releaseOf(std::string holder) {
    auto work = [holder = std::move(holder)](Connection& connection) -> Result<void> {
        connection.run(sql::releaseClaimsOf, holder);
        return {};
    };
    auto done = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    co_return done;
}

Task<Result<void>> SqliteQueue::deadLetter(Claim claim, std::string reason) {
    auto work = [this, id = claim.message, ticket = claim.ticket,
                 reason = std::move(reason)](Connection& connection) -> Result<void> {
        int attempts = 0;
        {
            Query query = connection.query(sql::dropClaim, id, ticket);
            if (!query.step()) return {};
            attempts = query.number(0) + 1;
        }
        buryRow(connection, id, reason, attempts, database_.now());
        return {};
    };
    auto done = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return done;
}

Task<Result<int>> SqliteQueue::revive(UserId user, std::optional<MessageId> message) {
    auto work = [this, user, message](Connection& connection) -> Result<int> {
        const auto dead = message ? std::vector{*message} : deadMessages(connection, user);
        return static_cast<int>(std::ranges::count_if(
            dead, [&](MessageId id) { return reviveOne(connection, user, id, database_.now()); }));
    };
    auto revived = co_await database_.write(std::move(work));
    database_.workArrived.notify();
    co_return revived;
}

Task<Result<Depth>> SqliteQueue::depth() {
    return database_.read([this](Connection& connection) -> Result<Depth> {
        const Timestamp now = database_.now();
        Depth depth;
        Query query = connection.query(sql::queueDepth, now);
        query.step();
        depth.ready = query.integer(0);
        depth.claimed = query.integer(1);
        depth.delayed = query.integer(2);
        depth.bytes = static_cast<std::uint64_t>(query.integer(3));
        if (const auto oldest = query.optionalTime(4)) depth.lag = std::max(milliseconds(0), now - *oldest);
        depth.dead = connection.integerOf(sql::countDeadLetters);
        return depth;
    });
}

Task<Result<std::vector<MessageId>>> SqliteQueue::waiting(MessageId beyond, int limit) {
    return database_.read([beyond, limit](Connection& connection) -> Result<std::vector<MessageId>> {
        std::vector<MessageId> found;
        Query query = connection.query(sql::queuedMessages, beyond, limit);
        while (query.step()) found.push_back(query.integer(0));
        return found;
    });
}

Task<Result<std::vector<MessageId>>> SqliteQueue::stillWaiting(std::vector<MessageId> messages) {
    return database_.read([messages = std::move(messages)](Connection& connection) -> Result<std::vector<MessageId>> {
        std::vector<MessageId> found;
        for (const MessageId message : messages)
            if (connection.integerOf(sql::isQueued, message) != 0) found.push_back(message);
        return found;
    });
}

Task<Result<std::vector<std::pair<MessageId, RawMessage>>>> SqliteQueue::read(std::vector<MessageId> messages) {
    return database_.read([messages = std::move(messages)](
                              Connection& connection) -> Result<std::vector<std::pair<MessageId, RawMessage>>> {
        std::vector<std::pair<MessageId, RawMessage>> found;
        for (const MessageId message : messages) {
            if (connection.integerOf(sql::isQueued, message) == 0) continue;
            if (auto raw = readRaw(connection, message)) found.emplace_back(message, std::move(*raw));
        }
        return found;
    });
}

Task<Result<std::string>> SqliteQueue::emailOf(UserId user) {
    return database_.read([user](Connection& connection) -> Result<std::string> {
        Query query = connection.query(sql::emailOfUser, user);
        if (!query.step()) return failure(ErrorCode::NotFound, "There is no such user.");
        return query.text(0);
    });
}

Task<Result<void>> SqliteQueue::noteFailure(MessageId message, std::string reason, int attempts) {
    return database_.write(
        [this, message, reason = std::move(reason), attempts](Connection& connection) -> Result<void> {
            connection.run(sql::noteFailedAttempt, message, reason, attempts, database_.now());
            return {};
        });
}

Task<Result<void>> SqliteQueue::bury(MessageId message, std::string reason, int attempts) {
    auto work = [this, message, reason = std::move(reason), attempts](Connection& connection) -> Result<void> {
        connection.run(sql::dequeue, message);
        buryRow(connection, message, reason, attempts, database_.now());
        return {};
    };
    auto done = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return done;
}

}  // namespace nextjob::queue::sqlite
