#include "queue/sqlite/accept.hpp"

#include "model/names.hpp"
#include "store/sql/imports.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace nextjob::queue::sqlite {
namespace {

namespace sql = store::sql;
using store::sqlite::Blob;
using store::sqlite::Connection;
using store::sqlite::Query;

constexpr std::size_t maximumBatch = 1000;
constexpr std::size_t maximumKey = 1000;

Result<void> validate(Connection& connection, const std::vector<RawMessage>& messages) {
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
    for (const UserId user : users) {
        if (connection.integerOf(sql::userExists, user) == 0) {
            return failure(ErrorCode::NotFound, fmt::format("There is no user with the id {}.", user));
        }
    }
    return {};
}

bool isFull(Connection& connection, const Options& options) {
    Query load = connection.query(sql::queueLoad);
    load.step();
    return load.integer(0) >= options.maximumDepth
           || static_cast<std::uint64_t>(load.integer(1)) >= options.maximumBytes;
}

Accepted::Item acceptOne(Connection& connection, const RawMessage& message, Timestamp now) {
    const MessageId fresh = connection.integerOf(sql::insertMessage, message.user, message.key, message.source,
                                                 message.sourceId, message.subject, message.sender, message.receivedAt,
                                                 message.import, message.bytes.size(), message.truncated, now);
    if (fresh == 0) {
        return {.message = connection.integerOf(sql::findMessageId, message.user, message.key), .duplicate = true};
    }
    connection.run(sql::enqueue, fresh, message.bytes.size(), now);
    connection.run(sql::insertPayload, fresh, nameOf(message.format), Blob{message.bytes});
    return {.message = fresh, .duplicate = false};
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
        accepted.items.push_back(acceptOne(connection, message, now));
        const bool duplicate = accepted.items.back().duplicate;
        ++(duplicate ? accepted.duplicates : accepted.fresh);
        if (!duplicate && message.import) ++freshByImport[*message.import];
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
