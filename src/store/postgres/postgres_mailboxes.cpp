#include "store/postgres/postgres_mailboxes.hpp"

#include "model/names.hpp"
#include "store/email_key.hpp"
#include "store/mailbox_terms.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nextjob::store::postgres {
namespace {

// What others are just taking is passed over; who waits for nobody can't be in a deadlock.
const std::string& takeDue() {
    static const std::string sql = fmt::format(R"(
        with due (mailbox) as materialized (
            select m.id from mailboxes m join users u on u.id = m.user_id and u.is_active
            where not m.broken and m.due_at <= $1 and m.lease_until <= $1 and m.source = any ($2::text[])
            order by m.due_at limit $3 for update of m skip locked)
        update mailboxes set owner = $4, lease_until = $5, fence = fence + 1 from due where id = due.mailbox
        returning {})",
                                               sql::mailboxColumns);
    return sql;
}

constexpr std::string_view rulesOfUsers =
    "select user_id, sender, is_read from sender_rules where user_id = any ($1::bigint[]) order by user_id, sender";

// The user first, as everything that writes the ledger does: of two that write it, the second waits here.
constexpr std::string_view lockUserOfMailbox =
    "select id from users where id = (select user_id from mailboxes where id = $1) for no key update";

constexpr std::string_view lockHolding =
    "select user_id, source from mailboxes where id = $1 and fence = $2 and lease_until > $3 for update";

constexpr std::string_view holding =
    "select user_id, source from mailboxes where id = $1 and fence = $2 and lease_until > $3";

// In the order given.
constexpr std::string_view insertSeen = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, bytes, truncated, first_seen_at,
                          updated_at)
    select $1::bigint, t.key, 'seen', $2::text, t.source_id, '', '', 0, false, $5::bigint, $5::bigint
    from unnest($3::text[], $4::text[]) with ordinality as t (source_id, key, place)
    where not exists (select 1 from messages m
                      where m.user_id = $1::bigint and m.source = $2::text and m.source_id = t.source_id)
    order by t.place on conflict (user_id, key) do nothing)";

// Whose mailbox a worker holds, for the rest of the transaction; nothing when it does not.
struct Held {
    UserId user = 0;
    std::string source;
};

Task<Result<Held>> hold(Call& call, LeaseKey key, Timestamp now) {
    Batch batch;
    batch.add(lockUserOfMailbox, key.mailbox);
    batch.add(lockHolding, key.mailbox, key.fence, now);
    const auto answers = co_await call.run(std::move(batch));
    if (answers[1].empty()) co_return leaseLost();
    co_return Held{.user = answers[1][0].integer(0), .source = answers[1][0].text(1)};
}

Statement selectMailbox(UserId user, std::string_view source) {
    return statementOf(fmt::format("select {} from mailboxes where user_id = $1 and source = $2", sql::mailboxColumns),
                       user, source);
}

Result<Mailbox> mailboxIn(const Rows& rows, Timestamp now) {
    if (rows.empty()) return noSuchMailbox();
    return sql::readMailbox(rows[0], now);
}

std::vector<SenderRule> rulesIn(const Rows& rows, UserId user) {
    std::vector<SenderRule> rules;
    for (int row = 0; row < rows.size(); ++row)
        if (rows[row].integer(0) == user) rules.push_back(sql::readRule(rows[row]));
    return rules;
}

}  // namespace

void connectMailbox(Batch& batch, UserId user, std::string_view source, bool another, Timestamp now) {
    if (another) {
        batch.add(sql::skipUnfetched, user, source, mailboxRemoved, now);
        batch.add(sql::restartMailbox, user, source, now);
    }
    batch.add(sql::connectMailbox, user, source, now);
}

std::size_t removeMailbox(Batch& batch, UserId user, std::string_view source, Timestamp now) {
    batch.add(sql::skipUnfetched, user, source, mailboxRemoved, now);
    return batch.add(sql::removeMailbox, user, source);
}

Task<Result<Mailbox>> PostgresMailboxes::put(UserId user, std::string source, std::string settings) {
    auto work = [user, source = std::move(source), settings = std::move(settings),
                 now = database_.now()](Call& call) -> Task<Result<Mailbox>> {
        Batch look;
        addUserLock(look, user);
        const auto found = co_await call.run(std::move(look));
        if (found[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        Batch batch;
        batch.add(sql::putMailbox, user, source, settings, now);
        batch.add(selectMailbox(user, source));
        const auto answers = co_await call.runAndCommit(std::move(batch));
        co_return mailboxIn(answers[1], now);
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<Mailbox>> PostgresMailboxes::find(UserId user, std::string source) {
    auto work = [user, source = std::move(source), now = database_.now()](Call& call) -> Task<Result<Mailbox>> {
        Batch batch;
        batch.add(selectMailbox(user, source));
        const auto answers = co_await call.run(std::move(batch));
        co_return mailboxIn(answers[0], now);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<Mailbox>>> PostgresMailboxes::ofUser(UserId user) {
    auto work = [user, now = database_.now()](Call& call) -> Task<Result<std::vector<Mailbox>>> {
        const Rows rows = co_await call.query(
            fmt::format("select {} from mailboxes where user_id = $1 order by source", sql::mailboxColumns), user);
        std::vector<Mailbox> found;
        for (int row = 0; row < rows.size(); ++row) found.push_back(sql::readMailbox(rows[row], now));
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresMailboxes::remove(UserId user, std::string source) {
    auto work = [user, source = std::move(source), now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch batch;
        addUserLock(batch, user);
        const auto removed = removeMailbox(batch, user, source, now);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[removed].changed() == 0) co_return noSuchMailbox();
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<Mailbox>> PostgresMailboxes::ask(UserId user, std::string source) {
    auto work = [user, source = std::move(source), now = database_.now()](Call& call) -> Task<Result<Mailbox>> {
        Batch batch;
        batch.add(sql::askMailbox, user, source, now);
        batch.add(selectMailbox(user, source));
        const auto answers = co_await call.run(std::move(batch));
        co_return mailboxIn(answers[1], now);
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<void>> PostgresMailboxes::restart(UserId user, std::string source) {
    auto work = [user, source = std::move(source), now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows restarted = co_await call.query(sql::restartMailbox, user, source, now);
        if (restarted.changed() == 0) co_return noSuchMailbox();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<std::vector<MailboxLease>>> PostgresMailboxes::lease(std::string owner, std::vector<std::string> sources,
                                                                 int count, std::chrono::milliseconds length) {
    auto work = [owner = std::move(owner), sources = std::move(sources), count, length,
                 now = database_.now()](Call& call) -> Task<Result<std::vector<MailboxLease>>> {
        const Rows taken = co_await call.query(takeDue(), now, column(texts(), sources), count, owner, now + length);
        std::vector<MailboxLease> leases;
        if (taken.empty()) co_return leases;
        std::set<UserId> users;
        for (int row = 0; row < taken.size(); ++row) {
            leases.push_back(sql::readLease(taken[row], now));
            users.insert(leases.back().mailbox.user);
        }
        std::ranges::sort(leases, {}, [](const MailboxLease& lease) { return lease.mailbox.due; });
        Batch ask;
        ask.add(rulesOfUsers, column(integers(), users));
        const auto rules = co_await call.runAndCommit(std::move(ask));
        for (MailboxLease& lease : leases) lease.rules = rulesIn(rules[0], lease.mailbox.user);
        co_return leases;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<std::string>>> PostgresMailboxes::holders() {
    auto work = [now = database_.now()](Call& call) -> Task<Result<std::vector<std::string>>> {
        const Rows rows = co_await call.query(sql::leaseHolders, now);
        std::vector<std::string> owners;
        for (int row = 0; row < rows.size(); ++row) owners.push_back(rows[row].text(0));
        co_return owners;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresMailboxes::releaseOf(std::string owner) {
    auto work = [owner = std::move(owner)](Call& call) -> Task<Result<void>> {
        co_await call.query(sql::releaseLeasesOf, owner);
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<void>> PostgresMailboxes::extend(LeaseKey key, std::chrono::milliseconds length) {
    auto work = [key, length, now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows extended = co_await call.query(sql::extendLease, key.mailbox, key.fence, now, now + length);
        if (extended.changed() == 0) co_return leaseLost();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<int>> PostgresMailboxes::advance(LeaseKey key, std::string cursor, std::string progress,
                                             std::vector<std::string> seen) {
    auto work = [key, cursor = std::move(cursor), progress = std::move(progress), seen = std::move(seen),
                 now = database_.now()](Call& call) -> Task<Result<int>> {
        if (auto sound = checkSeen(seen); !sound) co_return std::unexpected(std::move(sound.error()));
        const auto held = co_await hold(call, key, now);
        if (!held) co_return std::unexpected(held.error());
        Column ids = texts(), keys = texts();
        for (const std::string& id : seen) {
            ids.add(id);
            keys.add(provisionalKey(held->source, id));
        }
        Batch batch;
        const auto inserted = batch.add(insertSeen, held->user, held->source, ids.take(), keys.take(), now);
        batch.add(sql::keepCursor, key.mailbox, unlessEmpty(cursor), unlessEmpty(progress), now);
        const auto answers = co_await call.runAndCommit(std::move(batch));
        co_return answers[inserted].changed();
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<UnfetchedMessage>>> PostgresMailboxes::toFetch(LeaseKey key, int limit) {
    auto work = [key, limit, now = database_.now()](Call& call) -> Task<Result<std::vector<UnfetchedMessage>>> {
        const Rows held = co_await call.query(holding, key.mailbox, key.fence, now);
        if (held.empty()) co_return leaseLost();
        const Rows rows = co_await call.query(sql::unfetchedMessages, held[0].integer(0), held[0].text(1), now, limit);
        std::vector<UnfetchedMessage> found;
        for (int row = 0; row < rows.size(); ++row) found.push_back(sql::readUnfetched(rows[row]));
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresMailboxes::end(LeaseKey key, std::vector<FetchOutcome> outcomes) {
    auto work = [key, outcomes = std::move(outcomes), now = database_.now()](Call& call) -> Task<Result<void>> {
        const auto held = co_await hold(call, key, now);
        if (!held) co_return std::unexpected(held.error());
        Batch batch;
        for (const FetchOutcome& outcome : outcomes) {
            batch.add(sql::endUnfetched, outcome.message, held->user, held->source, nameOf(stateAfter(outcome.end)),
                      outcome.reason, attemptsOf(outcome.end), outcome.nextTry, unlessEmpty(outcome.subject),
                      unlessEmpty(outcome.sender), outcome.receivedAt, now);
        }
        if (!batch.empty()) co_await call.runAndCommit(std::move(batch));
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<void>> PostgresMailboxes::finish(LeaseKey key, SyncEnd end) {
    auto work = [key, end = std::move(end), now = database_.now()](Call& call) -> Task<Result<void>> {
        const Rows finished =
            co_await call.query(sql::finishLease, key.mailbox, key.fence, now, unlessEmpty(end.cursor),
                                unlessEmpty(end.progress), end.idleRuns, end.due);
        if (finished.changed() == 0) co_return leaseLost();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<std::vector<SenderRule>>> PostgresSenderRules::ofUser(UserId user) {
    auto work = [user](Call& call) -> Task<Result<std::vector<SenderRule>>> {
        const Rows rows = co_await call.query(sql::rulesOfUser, user);
        co_return rulesIn(rows, user);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresSenderRules::put(UserId user, SenderRule rule) {
    auto work = [user, sender = emailKey(rule.sender), read = rule.read](Call& call) -> Task<Result<void>> {
        Batch look;
        addUserLock(look, user);
        look.add(sql::countOtherRules, user, sender);
        const auto answers = co_await call.run(std::move(look));
        if (answers[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        if (answers[1][0].integer(0) >= mostOfUser) co_return tooManyRules();
        co_await call.query(sql::putRule, user, sender, read);
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<void>> PostgresSenderRules::remove(UserId user, std::string sender) {
    auto work = [user, sender = emailKey(std::move(sender))](Call& call) -> Task<Result<void>> {
        const Rows removed = co_await call.query(sql::removeRule, user, sender);
        if (removed.changed() == 0) co_return noSuchRule();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

}  // namespace nextjob::store::postgres
