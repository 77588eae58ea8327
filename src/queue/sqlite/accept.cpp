#include "queue/sqlite/accept.hpp"

#include "model/names.hpp"
#include "queue/accepting.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nextjob::queue::sqlite {
namespace {

namespace sql = store::sql;
using store::sqlite::Blob;
using store::sqlite::Connection;
using store::sqlite::Query;

Result<std::set<UserId>> validUsers(Connection& connection, const std::vector<RawMessage>& messages) {
    auto users = usersOf(messages);
    if (!users) return users;
    for (const UserId user : *users)
        if (connection.integerOf(sql::userExists, user) == 0) return noSuchUser(user);
    return users;
}

bool reaches(Query load, const Room& room) {
    load.step();
    return room.isTaken(load.integer(0), load.integer(1));
}

bool isFull(Connection& connection, const std::set<UserId>& users, const Options& options) {
    return reaches(connection.query(sql::queueLoad), roomOf(options)) || std::ranges::any_of(users, [&](UserId user) {
               return reaches(connection.query(sql::queueLoadOfUser, user), roomOfUser(options));
           });
}

void intoQueue(Connection& connection, MessageId id, const RawMessage& message, Timestamp now) {
    connection.run(sql::enqueue, id, message.user, message.bytes.size(), now);
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
    const auto users = validUsers(connection, messages);
    if (!users) return std::unexpected(users.error());
    if (isFull(connection, *users, options)) return std::nullopt;
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
