#include "queue/postgres/accept.hpp"

#include "model/names.hpp"
#include "queue/accepting.hpp"
#include "store/postgres/postgres_messages.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"

#include <map>
#include <set>

namespace nextjob::queue::postgres {
namespace {

namespace sql = store::sql;
using store::postgres::Batch;
using store::postgres::blobs;
using store::postgres::Column;
using store::postgres::column;
using store::postgres::flags;
using store::postgres::integers;
using store::postgres::Rows;
using store::postgres::Statement;
using store::postgres::texts;

// Of two that accept mail of one user at once, the second waits here: in whatever order both have it, neither waits for
// the other and both see what the other has made.
constexpr std::string_view lockUsers =
    "select id from users where id = any ($1::bigint[]) order by id for no key update";

constexpr std::string_view insertMessages = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, received_at, import_id, bytes,
                          truncated, first_seen_at, updated_at, fetched_at)
    select user_id, key, 'queued', source, source_id, subject, sender, received_at, import_id, bytes, truncated,
           $11::bigint, $11::bigint, $11::bigint
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::boolean[]) with ordinality
        as t (user_id, key, source, source_id, subject, sender, received_at, import_id, bytes, truncated, place)
    order by place on conflict (user_id, key) do nothing returning id, user_id, key)";

constexpr std::string_view findMessages = R"(
    select m.id, m.user_id, m.key from unnest($1::bigint[], $2::text[]) as t (user_id, key)
    join messages m on m.user_id = t.user_id and m.key = t.key)";

// sql::enqueue for many at once.
constexpr std::string_view enqueueAll = R"(
    with taken as (
        select user_id, greatest((select max(turn) from queue q where q.user_id = u.user_id),
                                 (select turn - 1 from queue where owner is null and available_at <= $4::bigint
                                  order by turn, message_id limit 1), 0) as turn
        from (select distinct unnest($2::bigint[]) as user_id) as u)
    insert into queue (message_id, user_id, bytes, queued_at, available_at, turn)
    select t.id, t.user_id, t.bytes, $4::bigint, $4::bigint,
           taken.turn + row_number() over (partition by t.user_id order by t.place)
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as t (id, user_id, bytes, place)
    join taken on taken.user_id = t.user_id)";

constexpr std::string_view usersWithoutRoom = R"(
    select user_id from queue where user_id = any ($1::bigint[])
    group by user_id having count(*) >= $2::bigint or sum(bytes) >= $3::bigint)";

constexpr std::string_view insertPayloads = R"(
    insert into payloads (message_id, format, body) select * from unnest($1::bigint[], $2::text[], $3::bytea[]))";

using Identity = std::pair<UserId, std::string>;

Identity identityOf(const RawMessage& message) { return {message.user, store::postgres::storable(message.key)}; }

Statement messagesToInsert(const std::vector<RawMessage>& messages, Timestamp now) {
    Column user = integers(), key = texts(), source = texts(), sourceId = texts(), subject = texts(), sender = texts(),
           received = integers(), import = integers(), bytes = integers(), truncated = flags();
    for (const RawMessage& message : messages) {
        if (message.seen != 0) continue;
        user.add(message.user);
        key.add(message.key);
        source.add(message.source);
        sourceId.add(message.sourceId);
        subject.add(message.subject);
        sender.add(message.sender);
        received.add(message.receivedAt);
        import.add(message.import);
        bytes.add(static_cast<std::int64_t>(message.bytes.size()));
        truncated.add(message.truncated);
    }
    return store::postgres::statementOf(insertMessages, user.take(), key.take(), source.take(), sourceId.take(),
                                        subject.take(), sender.take(), received.take(), import.take(), bytes.take(),
                                        truncated.take(), now);
}

std::map<Identity, MessageId> idsIn(const Rows& rows) {
    std::map<Identity, MessageId> ids;
    for (int row = 0; row < rows.size(); ++row) {
        ids.emplace(Identity(rows[row].integer(1), rows[row].text(2)), rows[row].integer(0));
    }
    return ids;
}

// The messages that the ledger knew before they were fetched: three statements each, which see what those before them
// did.
void addFetched(Batch& batch, const std::vector<RawMessage>& messages, Timestamp now) {
    for (const RawMessage& message : messages) {
        if (message.seen == 0) continue;
        batch.add(sql::enterFetched, message.seen, message.user, message.key, message.subject, message.sender,
                  message.receivedAt, message.bytes.size(), message.truncated, now);
        batch.add(sql::skipRepeated, message.seen, message.user, message.key, message.subject, message.sender,
                  message.receivedAt, now);
        batch.add(sql::findEntered, message.seen, message.user, message.key);
    }
}

// What the ledger has taken in.
struct Entered {
    std::map<Identity, MessageId> fresh;
    std::vector<Accepted::Item> fetched;  // of the messages that it knew before they were fetched, in their order
};

// From the answers to insertMessages and addFetched.
Result<Entered> enteredIn(const std::vector<Rows>& answers, const std::vector<RawMessage>& messages) {
    Entered entered{.fresh = idsIn(answers[0]), .fetched = {}};
    std::size_t place = 1;
    for (const RawMessage& message : messages) {
        if (message.seen == 0) continue;
        const auto found = answers[place + 2][0].optionalInteger(0);
        if (!found) return notSeen(message.seen);
        const bool duplicate = answers[place].empty();
        entered.fetched.push_back({.message = duplicate ? *found : message.seen, .duplicate = duplicate});
        place += 3;
    }
    return entered;
}

// Puts the fresh ones into the queue, and looks the others up.
Batch restOf(const std::vector<RawMessage>& messages, const Entered& entered, Timestamp now) {
    Column id = integers(), user = integers(), size = integers(), format = texts(), body = blobs(), owner = integers(),
           key = texts();
    const auto enqueue = [&](MessageId message, const RawMessage& raw) {
        id.add(message);
        user.add(raw.user);
        size.add(static_cast<std::int64_t>(raw.bytes.size()));
        format.add(nameOf(raw.format));
        body.add(raw.bytes);
    };
    std::set<MessageId> queued;
    auto fetched = entered.fetched.begin();
    for (const RawMessage& message : messages) {
        if (message.seen != 0) {
            const Accepted::Item& item = *fetched++;
            if (!item.duplicate) enqueue(item.message, message);
            continue;
        }
        const auto made = entered.fresh.find(identityOf(message));
        if (made == entered.fresh.end()) {
            owner.add(message.user);
            key.add(message.key);
        } else if (queued.insert(made->second).second) {
            enqueue(made->second, message);
        }
    }
    const auto ids = id.take();
    Batch batch;
    batch.add(findMessages, owner.take(), key.take());
    batch.add(enqueueAll, ids, user.take(), size.take(), now);
    batch.add(insertPayloads, ids, format.take(), body.take());
    return batch;
}

Accepted accepted(const std::vector<RawMessage>& messages, const Entered& entered,
                  const std::map<Identity, MessageId>& known, std::map<ImportId, std::int64_t>& freshByImport) {
    Accepted result;
    std::set<MessageId> taken;
    auto fetched = entered.fetched.begin();
    for (const RawMessage& message : messages) {
        if (message.seen != 0) {
            result.items.push_back(*fetched++);
        } else {
            const auto made = entered.fresh.find(identityOf(message));
            const bool duplicate = made == entered.fresh.end() || !taken.insert(made->second).second;
            const MessageId id = made != entered.fresh.end() ? made->second : known.at(identityOf(message));
            result.items.push_back({.message = id, .duplicate = duplicate});
            if (!duplicate && message.import) ++freshByImport[*message.import];
        }
        ++(result.items.back().duplicate ? result.duplicates : result.fresh);
    }
    return result;
}

}  // namespace

Task<Result<std::optional<Accepted>>> acceptIfRoom(store::postgres::Call& call,
                                                   std::shared_ptr<const std::vector<RawMessage>> messages,
                                                   std::optional<ImportProgress> progress, Options options,
                                                   Timestamp now) {
    const auto users = usersOf(*messages);
    if (!users) co_return std::unexpected(users.error());
    Batch look;
    look.add(lockUsers, column(integers(), *users));
    look.add(sql::queueLoad);
    const Room ofUser = roomOfUser(options);
    look.add(usersWithoutRoom, column(integers(), *users), ofUser.messages, ofUser.bytes);
    const auto found = co_await call.run(std::move(look));
    std::set<UserId> missing = *users;
    for (int row = 0; row < found[0].size(); ++row) missing.erase(found[0][row].integer(0));
    if (!missing.empty()) co_return noSuchUser(*missing.begin());
    if (roomOf(options).isTaken(found[1][0].integer(0), found[1][0].integer(1)) || !found[2].empty())
        co_return std::nullopt;

    Batch insert;
    insert.add(messagesToInsert(*messages, now));
    addFetched(insert, *messages, now);
    const auto inserted = co_await call.run(std::move(insert));
    const auto entered = enteredIn(inserted, *messages);
    if (!entered) co_return std::unexpected(entered.error());
    const auto rest = co_await call.run(restOf(*messages, *entered, now));
    std::map<ImportId, std::int64_t> freshByImport;
    Accepted result = accepted(*messages, *entered, idsIn(rest[0]), freshByImport);

    Batch count;
    for (const auto& [import, number] : freshByImport) {
        store::postgres::addToImport(count, import, {.fresh = number}, now);
    }
    if (progress) {
        const auto set = count.add(sql::setImportProgress, progress->import, progress->bytesRead, progress->seen, now);
        const auto counted = co_await call.run(std::move(count));
        if (counted[set].changed() == 0) co_return failure(ErrorCode::NotFound, "There is no such import.");
    } else if (!count.empty()) {
        co_await call.run(std::move(count));
    }
    co_return result;
}

}  // namespace nextjob::queue::postgres
