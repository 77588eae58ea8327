#include "store/postgres/postgres_messages.hpp"

#include "store/mailbox_terms.hpp"
#include "store/message_list.hpp"
#include "store/postgres/list.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/sql/mailboxes.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/rows.hpp"

#include <fmt/format.h>

#include <set>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view knownKeys = "select key from messages where user_id = $1 and key = any ($2::text[])";

constexpr std::string_view knownAtSource =
    "select source_id from messages where user_id = $1 and source = $2 and source_id = any ($3::text[])";

// With the ids sorted: of two services that mark the same at once, neither waits for the other.
constexpr std::string_view markAtSource = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, bytes, truncated, first_seen_at,
                          updated_at)
    select u.id, $2::text || ':' || t.id, 'done', $2::text, t.id, '', '', 0, false, $4::bigint, $4::bigint
    from users u, unnest($3::text[]) as t (id)
    where u.id = $1 and not exists (select 1 from messages m
                                    where m.user_id = u.id and m.source = $2::text and m.source_id = t.id)
    on conflict (user_id, key) do nothing returning source_id)";

std::set<std::string> textsOf(const Rows& rows) {
    std::set<std::string> found;
    for (int row = 0; row < rows.size(); ++row) found.insert(rows[row].text(0));
    return found;
}

// Which of them are found, in their order.
std::vector<bool> flagged(const std::vector<std::string>& asked, const std::set<std::string>& found) {
    std::vector<bool> flags;
    for (const std::string& text : asked) flags.push_back(found.contains(storable(text)));
    return flags;
}

Statement selectWhere(std::string_view condition, UserId user, Value value) {
    return statementOf(fmt::format("select {} from messages where user_id = $1 and {}", sql::messageColumns, condition),
                       user, value);
}

Task<Result<MessageRecord>> findWhere(Database& database, std::string_view condition, UserId user, Value value) {
    auto work = [statement =
                     selectWhere(condition, user, std::move(value))](Call& call) -> Task<Result<MessageRecord>> {
        Batch batch;
        batch.add(statement);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such message.");
        co_return sql::readMessage(answers[0][0]);
    };
    co_return co_await database.read(std::move(work));
}

}  // namespace

MessageCounts readCounts(const Rows& rows) {
    MessageCounts counts;
    for (int row = 0; row < rows.size(); ++row) sql::addCount(counts, rows[row]);
    return counts;
}

Task<Result<MessageRecord>> PostgresMessages::find(UserId user, MessageId id) {
    return findWhere(database_, "id = $2", user, valueOf(id));
}

Task<Result<MessageRecord>> PostgresMessages::findByKey(UserId user, std::string key) {
    return findWhere(database_, "key = $2", user, valueOf(key));
}

Task<Result<UserId>> PostgresMessages::ownerOf(MessageId id) {
    auto work = [id](Call& call) -> Task<Result<UserId>> {
        const Rows rows = co_await call.query(sql::messageOwner, id);
        if (rows.empty()) co_return failure(ErrorCode::NotFound, "There is no such message.");
        co_return rows[0].integer(0);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<MessageRecord>>> PostgresMessages::findAtSource(UserId user, std::string source,
                                                                        std::string sourceId) {
    auto work = [user, source = std::move(source),
                 sourceId = std::move(sourceId)](Call& call) -> Task<Result<std::vector<MessageRecord>>> {
        const Rows rows = co_await call.query(
            fmt::format("select {} from messages where user_id = $1 and source = $2 and source_id = $3 order by id",
                        sql::messageColumns),
            user, source, sourceId);
        std::vector<MessageRecord> found;
        for (int row = 0; row < rows.size(); ++row) found.push_back(sql::readMessage(rows[row]));
        co_return found;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<bool>>> PostgresMessages::known(UserId user, std::vector<std::string> keys) {
    auto work = [user, keys = std::move(keys)](Call& call) -> Task<Result<std::vector<bool>>> {
        const Rows rows = co_await call.query(knownKeys, user, column(texts(), keys));
        co_return flagged(keys, textsOf(rows));
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<bool>>> PostgresMessages::knownAt(UserId user, std::string source,
                                                          std::vector<std::string> ids) {
    auto work = [user, source = std::move(source),
                 ids = std::move(ids)](Call& call) -> Task<Result<std::vector<bool>>> {
        const Rows rows = co_await call.query(knownAtSource, user, source, column(texts(), ids));
        co_return flagged(ids, textsOf(rows));
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<bool>>> PostgresMessages::mark(UserId user, std::string source, std::vector<std::string> ids) {
    auto work = [user, source = std::move(source), ids = std::move(ids),
                 now = database_.now()](Call& call) -> Task<Result<std::vector<bool>>> {
        Batch batch;
        addUserLock(batch, user);
        batch.add(markAtSource, user, source, column(texts(), std::set<std::string>(ids.begin(), ids.end())), now);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[0].empty()) co_return failure(ErrorCode::NotFound, "There is no such user.");
        // The first of several that are the same is the new one.
        std::set<std::string> fresh = textsOf(answers[1]);
        std::vector<bool> made;
        for (const std::string& id : ids) made.push_back(fresh.erase(storable(id)) != 0);
        co_return made;
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<MessageRecord>> PostgresMessages::want(UserId user, MessageId id) {
    auto work = [user, id, now = database_.now()](Call& call) -> Task<Result<MessageRecord>> {
        Batch change;
        addUserLock(change, user);
        change.add(sql::wantMessage, id, user, now);
        change.add(selectWhere("id = $2", user, valueOf(id)));
        const auto answers = co_await call.run(std::move(change));
        if (answers[2].empty()) co_return failure(ErrorCode::NotFound, "There is no such message.");
        MessageRecord message = sql::readMessage(answers[2][0]);
        if (answers[1].changed() == 0) {
            const Rows mailbox = co_await call.query(sql::mailboxExists, user, message.source);
            co_return notWantable(message, !mailbox.empty());
        }
        co_await call.query(sql::askMailbox, user, message.source, now);
        co_return message;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<Page<MessageRecord>>> PostgresMessages::list(UserId user, MessageFilter filter, PageRequest page) {
    return readPage<MessageRecord>(database_, messageList(user, filter), std::move(page), sql::readMessage<Row>);
}

Task<Result<MessageCounts>> PostgresMessages::counts(UserId user) {
    auto work = [user](Call& call) -> Task<Result<MessageCounts>> {
        const Rows rows = co_await call.query(sql::countMessages, user);
        co_return readCounts(rows);
    };
    co_return co_await database_.read(std::move(work));
}

}  // namespace nextjob::store::postgres
