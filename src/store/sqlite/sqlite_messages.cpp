#include "store/sqlite/sqlite_messages.hpp"

#include "store/mailbox_terms.hpp"
#include "store/message_list.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/deliver.hpp"
#include "store/sqlite/list.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

template <class Value>
Result<MessageRecord> findWhere(Connection& connection, std::string_view condition, UserId user, const Value& value) {
    Query query = connection.query(
        fmt::format("select {} from messages where user_id = $1 and {}", sql::messageColumns, condition), user, value);
    if (!query.step()) return failure(ErrorCode::NotFound, "There is no such message.");
    return sql::readMessage(query);
}

}  // namespace

MessageCounts readCounts(Query query) {
    MessageCounts counts;
    while (query.step()) sql::addCount(counts, query);
    return counts;
}

Task<Result<MessageRecord>> SqliteMessages::find(UserId user, MessageId id) {
    return database_.read([user, id](Connection& connection) { return findWhere(connection, "id = $2", user, id); });
}

Task<Result<MessageRecord>> SqliteMessages::findByKey(UserId user, std::string key) {
    return database_.read(
        [user, key = std::move(key)](Connection& connection) { return findWhere(connection, "key = $2", user, key); });
}

Task<Result<UserId>> SqliteMessages::ownerOf(MessageId id) {
    return database_.read([id](Connection& connection) -> Result<UserId> {
        Query query = connection.query(sql::messageOwner, id);
        if (!query.step()) return failure(ErrorCode::NotFound, "There is no such message.");
        return query.integer(0);
    });
}

Task<Result<std::vector<MessageRecord>>> SqliteMessages::findAtSource(UserId user, std::string source,
                                                                      std::string sourceId) {
    return database_.read([user, source = std::move(source), sourceId = std::move(sourceId)](
                              Connection& connection) -> Result<std::vector<MessageRecord>> {
        std::vector<MessageRecord> found;
        Query query = connection.query(
            fmt::format("select {} from messages where user_id = $1 and source = $2 and source_id = $3 order by id",
                        sql::messageColumns),
            user, source, sourceId);
        while (query.step()) found.push_back(sql::readMessage(query));
        return found;
    });
}

Task<Result<std::vector<bool>>> SqliteMessages::known(UserId user, std::vector<std::string> keys) {
    return database_.read([user, keys = std::move(keys)](Connection& connection) -> Result<std::vector<bool>> {
        std::vector<bool> known;
        for (const std::string& key : keys) {
            known.push_back(connection.integerOf(sql::findMessageId, user, key) != 0);
        }
        return known;
    });
}

Task<Result<std::vector<bool>>> SqliteMessages::knownAt(UserId user, std::string source, std::vector<std::string> ids) {
    return database_.read(
        [user, source = std::move(source), ids = std::move(ids)](Connection& connection) -> Result<std::vector<bool>> {
            std::vector<bool> known;
            for (const std::string& id : ids)
                known.push_back(connection.query(sql::findMessageAtSource, user, source, id).step());
            return known;
        });
}

Task<Result<std::vector<bool>>> SqliteMessages::mark(UserId user, std::string source, std::vector<std::string> ids) {
    return database_.write([this, user, source = std::move(source),
                            ids = std::move(ids)](Connection& connection) -> Result<std::vector<bool>> {
        if (connection.integerOf(sql::userExists, user) == 0)
            return failure(ErrorCode::NotFound, "There is no such user.");
        std::vector<bool> fresh;
        for (const std::string& id : ids)
            fresh.push_back(markMessage(connection, user, source, id, database_.now()).has_value());
        return fresh;
    });
}

Task<Result<MessageRecord>> SqliteMessages::want(UserId user, MessageId id) {
    return database_.write([this, user, id](Connection& connection) -> Result<MessageRecord> {
        const Timestamp now = database_.now();
        const bool wanted = connection.run(sql::wantMessage, id, user, now) != 0;
        auto message = findWhere(connection, "id = $2", user, id);
        if (!message) return message;
        if (!wanted) return notWantable(*message, connection.integerOf(sql::mailboxExists, user, message->source) != 0);
        connection.run(sql::askMailbox, user, message->source, now);
        return message;
    });
}

Task<Result<Page<MessageRecord>>> SqliteMessages::list(UserId user, MessageFilter filter, PageRequest page) {
    return database_.read(
        [user, filter, page = std::move(page)](Connection& connection) -> Result<Page<MessageRecord>> {
            const ListQuery messages = messageList(user, filter);
            const auto reader = PageReader::prepare(messages, page);
            if (!reader) return std::unexpected(reader.error());
            return reader->read<MessageRecord>(connection, sql::readMessage<Query>);
        });
}

Task<Result<MessageCounts>> SqliteMessages::counts(UserId user) {
    return database_.read([user](Connection& connection) -> Result<MessageCounts> {
        return readCounts(connection.query(sql::countMessages, user));
    });
}

}  // namespace nextjob::store::sqlite
