#include "queue/sqlite/accept.hpp"

#include "model/names.hpp"
#include "queue/accepting.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <map>

namespace nextjob::queue::sqlite {
namespace {

namespace sql = store::sql;
using store::sqlite::Blob;
using store::sqlite::Connection;
using store::sqlite::Query;

Result<void> validate(Connection& connection, const std::vector<RawMessage>& messages) {
    const auto users = usersOf(messages);
    if (!users) return std::unexpected(users.error());
    for (const UserId user : *users)
        if (connection.integerOf(sql::userExists, user) == 0) return noSuchUser(user);
    return {};
}

bool isFull(Connection& connection, const Options& options) {
    Query load = connection.query(sql::queueLoad);
    load.step();
    return load.integer(0) >= options.maximumDepth
           || static_cast<std::uint64_t>(load.integer(1)) >= options.maximumBytes;
}

void intoQueue(Connection& connection, MessageId id, const RawMessage& message, Timestamp now) {
    connection.run(sql::enqueue, id, message.bytes.size(), now);
    connection.run(sql::insertPayload, id, nameOf(message.format), Blob{message.bytes});
}

// A message that the ledger knew before it was fetched.
Result<Accepted::Item> acceptSeen(Connection& connection, const RawMessage& message, Timestamp now) {
    const bool entered =
        connection.integerOf(sql::enterFetched, message.seen, message.user, message.key, message.subject,
                             message.sender, message.receivedAt, message.bytes.size(), message.truncated, now)
        != 0;
    if (entered) {
        intoQueue(connection, message.seen, message, now);
        return Accepted::Item{.message = message.seen, .duplicate = false};
    }
    connection.run(sql::skipRepeated, message.seen, message.user, message.key, message.subject, message.sender,
                   message.receivedAt, now);
    const MessageId found = connection.integerOf(sql::findEntered, message.seen, message.user, message.key);
    if (found == 0) return notSeen(message.seen);
    return Accepted::Item{.message = found, .duplicate = true};
}

Result<Accepted::Item> acceptOne(Connection& connection, const RawMessage& message, Timestamp now) {
    if (message.seen != 0) return acceptSeen(connection, message, now);
    const MessageId fresh = connection.integerOf(sql::insertMessage, message.user, message.key, message.source,
                                                 message.sourceId, message.subject, message.sender, message.receivedAt,
                                                 message.import, message.bytes.size(), message.truncated, now);
    if (fresh == 0) {
        return Accepted::Item{.message = connection.integerOf(sql::findMessageId, message.user, message.key),
                              .duplicate = true};
    }
    intoQueue(connection, fresh, message, now);
    return Accepted::Item{.message = fresh, .duplicate = false};
}

}  // namespace

Result<std::optional<Accepted>> acceptIfRoom(Connection& connection, const std::vector<RawMessage>& messages,
                                             const std::optional<ImportProgress>& progress, const Options& options,
                                             Timestamp now) {
    if (auto valid = validate(connection, messages); !valid) return std::unexpected(valid.error());
    if (isFull(connection, options)) return std::nullopt;
    Accepted accepted;
    std::map<ImportId, std::int64_t> freshByImport;
    for (const RawMessage& message : messages) {
        const auto item = acceptOne(connection, message, now);
        if (!item) return std::unexpected(item.error());
        accepted.items.push_back(*item);
        ++(item->duplicate ? accepted.duplicates : accepted.fresh);
        if (!item->duplicate && message.seen == 0 && message.import) ++freshByImport[*message.import];
    }
    for (const auto& [import, fresh] : freshByImport) {
        store::sqlite::addToImport(connection, import, {.fresh = fresh}, now);
    }
    if (progress
        && connection.run(sql::setImportProgress, progress->import, progress->bytesRead, progress->seen, now) == 0) {
        return failure(ErrorCode::NotFound, "There is no such import.");
    }
    return accepted;
}

}  // namespace nextjob::queue::sqlite
