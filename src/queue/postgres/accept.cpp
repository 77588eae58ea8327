#include "queue/postgres/accept.hpp"

#include "model/names.hpp"
#include "store/postgres/postgres_messages.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/queue.hpp"

#include <fmt/format.h>

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

constexpr std::size_t maximumBatch = 1000;
constexpr std::size_t maximumKey = 1000;

// Of two that accept mail of one user at once, the second waits here: in whatever order both have it, neither waits for
// the other and both see what the other has made.
constexpr std::string_view lockUsers =
    "select id from users where id = any ($1::bigint[]) order by id for no key update";

constexpr std::string_view insertMessages = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, received_at, import_id, bytes,
                          truncated, first_seen_at, updated_at)
    select user_id, key, 'queued', source, source_id, subject, sender, received_at, import_id, bytes, truncated,
           $11::bigint, $11::bigint
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::boolean[]) with ordinality
        as t (user_id, key, source, source_id, subject, sender, received_at, import_id, bytes, truncated, place)
    order by place on conflict (user_id, key) do nothing returning id, user_id, key)";

constexpr std::string_view findMessages = R"(
    select m.id, m.user_id, m.key from unnest($1::bigint[], $2::text[]) as t (user_id, key)
    join messages m on m.user_id = t.user_id and m.key = t.key)";

constexpr std::string_view enqueueAll = R"(
    insert into queue (message_id, bytes, queued_at, available_at)
    select id, bytes, $3::bigint, $3::bigint from unnest($1::bigint[], $2::bigint[]) as t (id, bytes))";

constexpr std::string_view insertPayloads = R"(
    insert into payloads (message_id, format, body) select * from unnest($1::bigint[], $2::text[], $3::bytea[]))";

Result<std::set<UserId>> usersOf(const std::vector<RawMessage>& messages) {
    if (messages.size() > maximumBatch) {
        return failure(ErrorCode::TooLarge, fmt::format("At most {} messages are accepted at once.", maximumBatch));
    }
    std::set<UserId> users;
    for (const RawMessage& message : messages) {
        if (message.key.empty() || message.key.size() > maximumKey) {
            return failure(ErrorCode::Invalid, fmt::format("A message needs a key of 1 to {} bytes.", maximumKey));
        }
        users.insert(message.user);
    }
    return users;
}

using Identity = std::pair<UserId, std::string>;

Identity identityOf(const RawMessage& message) { return {message.user, store::postgres::storable(message.key)}; }

Statement messagesToInsert(const std::vector<RawMessage>& messages, Timestamp now) {
    Column user = integers(), key = texts(), source = texts(), sourceId = texts(), subject = texts(), sender = texts(),
           received = integers(), import = integers(), bytes = integers(), truncated = flags();
    for (const RawMessage& message : messages) {
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

// Puts the fresh ones into the queue, and looks the others up.
Batch restOf(const std::vector<RawMessage>& messages, const std::map<Identity, MessageId>& fresh, Timestamp now) {
    Column id = integers(), size = integers(), format = texts(), body = blobs(), owner = integers(), key = texts();
    std::set<MessageId> queued;
    for (const RawMessage& message : messages) {
        const auto made = fresh.find(identityOf(message));
        if (made == fresh.end()) {
            owner.add(message.user);
            key.add(message.key);
        } else if (queued.insert(made->second).second) {
            id.add(made->second);
            size.add(static_cast<std::int64_t>(message.bytes.size()));
            format.add(nameOf(message.format));
            body.add(message.bytes);
        }
    }
    const auto ids = id.take();
    Batch batch;
    batch.add(findMessages, owner.take(), key.take());
    batch.add(enqueueAll, ids, size.take(), now);
    batch.add(insertPayloads, ids, format.take(), body.take());
    return batch;
}

Accepted accepted(const std::vector<RawMessage>& messages, const std::map<Identity, MessageId>& fresh,
                  const std::map<Identity, MessageId>& known, std::map<ImportId, std::int64_t>& freshByImport) {
    Accepted result;
    std::set<MessageId> taken;
    for (const RawMessage& message : messages) {
        const auto made = fresh.find(identityOf(message));
        const bool duplicate = made == fresh.end() || !taken.insert(made->second).second;
        const MessageId id = made != fresh.end() ? made->second : known.at(identityOf(message));
        result.items.push_back({.message = id, .duplicate = duplicate});
        ++(duplicate ? result.duplicates : result.fresh);
        if (!duplicate && message.import) ++freshByImport[*message.import];
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
    const auto found = co_await call.run(std::move(look));
    std::set<UserId> missing = *users;
    for (int row = 0; row < found[0].size(); ++row) missing.erase(found[0][row].integer(0));
    if (!missing.empty()) {
        co_return failure(ErrorCode::NotFound, fmt::format("There is no user with the id {}.", *missing.begin()));
    }
    const bool full = found[1][0].integer(0) >= options.maximumDepth
                      || static_cast<std::uint64_t>(found[1][0].integer(1)) >= options.maximumBytes;
    if (full) co_return std::nullopt;

    Batch insert;
    insert.add(messagesToInsert(*messages, now));
    const auto inserted = co_await call.run(std::move(insert));
    const auto fresh = idsIn(inserted[0]);
    const auto rest = co_await call.run(restOf(*messages, fresh, now));
    std::map<ImportId, std::int64_t> freshByImport;
    Accepted result = accepted(*messages, fresh, idsIn(rest[0]), freshByImport);

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
