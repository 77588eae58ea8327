#include "store/sqlite/sqlite_mailboxes.hpp"

#include "model/names.hpp"
#include "store/email_key.hpp"
#include "store/facts_json.hpp"
#include "store/mailbox_terms.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

constexpr std::string_view findDue = R"(
    select m.id from mailboxes m
    where not m.broken and m.due_at <= $1 and m.lease_until <= $1 and m.source in (select value from json_each($2))
        and exists (select 1 from users u where u.id = m.user_id and u.is_active)
    order by m.due_at limit $3)";

const std::string& takeMailbox() {
    static const std::string sql =
        fmt::format("update mailboxes set owner = $2, lease_until = $3, fence = fence + 1 where id = $1 returning {}",
                    sql::mailboxColumns);
    return sql;
}

constexpr std::string_view holderOf =
    "select user_id, source from mailboxes where id = $1 and fence = $2 and lease_until > $3";

constexpr std::string_view insertSeen = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, bytes, truncated, first_seen_at,
                          updated_at)
    values ($1, $2, 'seen', $3, $4, '', '', 0, false, $5, $5) on conflict (user_id, key) do nothing)";

// Whose mailbox a worker holds.
struct Held {
    UserId user = 0;
    std::string source;
};

Result<Held> holding(Connection& connection, LeaseKey key, Timestamp now) {
    Query query = connection.query(holderOf, key.mailbox, key.fence, now);
    if (!query.step()) return leaseLost();
    return Held{.user = query.integer(0), .source = query.text(1)};
}

Result<Mailbox> findMailbox(Connection& connection, UserId user, std::string_view source, Timestamp now) {
    Query query = connection.query(
        fmt::format("select {} from mailboxes where user_id = $1 and source = $2", sql::mailboxColumns), user, source);
    if (!query.step()) return noSuchMailbox();
    return sql::readMailbox(query, now);
}

std::vector<SenderRule> rulesOf(Connection& connection, UserId user) {
    std::vector<SenderRule> rules;
    Query query = connection.query(sql::rulesOfUser, user);
    while (query.step()) rules.push_back(sql::readRule(query));
    return rules;
}

}  // namespace

void connectMailbox(Connection& connection, UserId user, std::string_view source, bool another, Timestamp now) {
    if (another) {
        connection.run(sql::skipUnfetched, user, source, mailboxRemoved, now);
        connection.run(sql::restartMailbox, user, source, now);
    }
    connection.run(sql::connectMailbox, user, source, now);
}

bool removeMailbox(Connection& connection, UserId user, std::string_view source, Timestamp now) {
    connection.run(sql::skipUnfetched, user, source, mailboxRemoved, now);
    return connection.run(sql::removeMailbox, user, source) != 0;
}

Task<Result<Mailbox>> SqliteMailboxes::put(UserId user, std::string source, std::string settings) {
    return database_.write([this, user, source = std::move(source),
                            settings = std::move(settings)](Connection& connection) -> Result<Mailbox> {
        if (connection.integerOf(sql::userExists, user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        const Timestamp now = database_.now();
        connection.run(sql::putMailbox, user, source, settings, now);
        return findMailbox(connection, user, source, now);
    });
}

Task<Result<Mailbox>> SqliteMailboxes::find(UserId user, std::string source) {
    return database_.read([this, user, source = std::move(source)](Connection& connection) {
        return findMailbox(connection, user, source, database_.now());
    });
}

Task<Result<std::vector<Mailbox>>> SqliteMailboxes::ofUser(UserId user) {
    return database_.read([this, user](Connection& connection) -> Result<std::vector<Mailbox>> {
        std::vector<Mailbox> found;
        Query query = connection.query(
            fmt::format("select {} from mailboxes where user_id = $1 order by source", sql::mailboxColumns), user);
        while (query.step()) found.push_back(sql::readMailbox(query, database_.now()));
        return found;
    });
}

Task<Result<void>> SqliteMailboxes::remove(UserId user, std::string source) {
    return database_.write([this, user, source = std::move(source)](Connection& connection) -> Result<void> {
        if (!removeMailbox(connection, user, source, database_.now())) return noSuchMailbox();
        return {};
    });
}

Task<Result<Mailbox>> SqliteMailboxes::ask(UserId user, std::string source) {
    return database_.write([this, user, source = std::move(source)](Connection& connection) {
        const Timestamp now = database_.now();
        connection.run(sql::askMailbox, user, source, now);
        return findMailbox(connection, user, source, now);
    });
}

Task<Result<void>> SqliteMailboxes::restart(UserId user, std::string source) {
    return database_.write([this, user, source = std::move(source)](Connection& connection) -> Result<void> {
        if (connection.run(sql::restartMailbox, user, source, database_.now()) == 0) return noSuchMailbox();
        return {};
    });
}

Task<Result<std::vector<MailboxLease>>> SqliteMailboxes::lease(std::string owner, std::vector<std::string> sources,
                                                               int count, std::chrono::milliseconds length) {
    return database_.write([this, owner = std::move(owner), sources = namesToJson(sources), count,
                            length](Connection& connection) -> Result<std::vector<MailboxLease>> {
        const Timestamp now = database_.now();
        std::vector<MailboxId> due;
        {
            Query query = connection.query(findDue, now, sources, count);
            while (query.step()) due.push_back(query.integer(0));
        }
        std::vector<MailboxLease> leases;
        for (const MailboxId mailbox : due) {
            Query query = connection.query(takeMailbox(), mailbox, owner, now + length);
            query.step();
            leases.push_back(sql::readLease(query, now));
            leases.back().rules = rulesOf(connection, leases.back().mailbox.user);
        }
        return leases;
    });
}

Task<Result<std::vector<std::string>>> SqliteMailboxes::holders() {
    return database_.read([this](Connection& connection) -> Result<std::vector<std::string>> {
        std::vector<std::string> owners;
        Query query = connection.query(sql::leaseHolders, database_.now());
        while (query.step()) owners.push_back(query.text(0));
        return owners;
    });
}

Task<Result<void>> SqliteMailboxes::releaseOf(std::string owner) {
    return database_.write([owner = std::move(owner)](Connection& connection) -> Result<void> {
        connection.run(sql::releaseLeasesOf, owner);
        return {};
    });
}

Task<Result<void>> SqliteMailboxes::extend(LeaseKey key, std::chrono::milliseconds length) {
    return database_.write([this, key, length](Connection& connection) -> Result<void> {
        const Timestamp now = database_.now();
        if (connection.run(sql::extendLease, key.mailbox, key.fence, now, now + length) == 0) return leaseLost();
        return {};
    });
}

Task<Result<int>> SqliteMailboxes::advance(LeaseKey key, std::string cursor, std::string progress,
                                           std::vector<std::string> seen) {
    return database_.write([this, key, cursor = std::move(cursor), progress = std::move(progress),
                            seen = std::move(seen)](Connection& connection) -> Result<int> {
        if (auto sound = checkSeen(seen); !sound) return std::unexpected(std::move(sound.error()));
        const Timestamp now = database_.now();
        const auto held = holding(connection, key, now);
        if (!held) return std::unexpected(held.error());
        int fresh = 0;
        for (const std::string& id : seen) {
            if (connection.query(sql::findMessageAtSource, held->user, held->source, id).step()) continue;
            fresh += connection.run(insertSeen, held->user, provisionalKey(held->source, id), held->source, id, now);
        }
        connection.run(sql::keepCursor, key.mailbox, unlessEmpty(cursor), unlessEmpty(progress), now);
        return fresh;
    });
}

Task<Result<std::vector<UnfetchedMessage>>> SqliteMailboxes::toFetch(LeaseKey key, int limit) {
    return database_.read([this, key, limit](Connection& connection) -> Result<std::vector<UnfetchedMessage>> {
        const Timestamp now = database_.now();
        const auto held = holding(connection, key, now);
        if (!held) return std::unexpected(held.error());
        std::vector<UnfetchedMessage> found;
        Query query = connection.query(sql::unfetchedMessages, held->user, held->source, now, limit);
        while (query.step()) found.push_back(sql::readUnfetched(query));
        return found;
    });
}

Task<Result<void>> SqliteMailboxes::end(LeaseKey key, std::vector<FetchOutcome> outcomes) {
    return database_.write([this, key, outcomes = std::move(outcomes)](Connection& connection) -> Result<void> {
        const Timestamp now = database_.now();
        const auto held = holding(connection, key, now);
        if (!held) return std::unexpected(held.error());
        for (const FetchOutcome& outcome : outcomes) {
            connection.run(sql::endUnfetched, outcome.message, held->user, held->source,
                           nameOf(stateAfter(outcome.end)), outcome.reason, attemptsOf(outcome.end), outcome.nextTry,
                           unlessEmpty(outcome.subject), unlessEmpty(outcome.sender), outcome.receivedAt, now);
        }
        return {};
    });
}

Task<Result<void>> SqliteMailboxes::finish(LeaseKey key, SyncEnd end) {
    return database_.write([this, key, end = std::move(end)](Connection& connection) -> Result<void> {
        const int finished = connection.run(sql::finishLease, key.mailbox, key.fence, database_.now(),
                                            unlessEmpty(end.cursor), unlessEmpty(end.progress), end.idleRuns, end.due);
        if (finished == 0) return leaseLost();
        return {};
    });
}

Task<Result<std::vector<SenderRule>>> SqliteSenderRules::ofUser(UserId user) {
    return database_.read(
        [user](Connection& connection) -> Result<std::vector<SenderRule>> { return rulesOf(connection, user); });
}

Task<Result<void>> SqliteSenderRules::put(UserId user, SenderRule rule) {
    return database_.write([user, rule = std::move(rule)](Connection& connection) -> Result<void> {
        if (connection.integerOf(sql::userExists, user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        const std::string sender = emailKey(rule.sender);
        if (connection.integerOf(sql::countOtherRules, user, sender) >= mostOfUser) return tooManyRules();
        connection.run(sql::putRule, user, sender, rule.read);
        return {};
    });
}

Task<Result<void>> SqliteSenderRules::remove(UserId user, std::string sender) {
    return database_.write([user, sender = emailKey(std::move(sender))](Connection& connection) -> Result<void> {
        if (connection.run(sql::removeRule, user, sender) == 0) return noSuchRule();
        return {};
    });
}

}  // namespace nextjob::store::sqlite
