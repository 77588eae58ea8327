#include "store/sqlite/migrate.hpp"

#include "contract/engine.hpp"
#include "store/offer_key.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

namespace nextjob::store::sqlite {
namespace {

using contract::TemporaryFolder;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Migration first{1, "0001_first", "create table a (x integer) strict; insert into a values (1);"};
const Migration second{2, "0002_second", "create table b (x integer) strict;"};
const Migration broken{2, "0002_broken", "create table b (x integer) strict; insert into nowhere values (1);"};

class MigrateTest : public testing::Test {
  protected:
    Connection& connect() {
        connection_ = std::make_unique<Connection>(file, OpenMode::ReadWrite, milliseconds(60'000));
        const auto prepared = prepareFile(*connection_, file, milliseconds(60'000));
        if (!prepared) throw std::runtime_error(prepared.error().message);
        return *connection_;
    }

    bool hasTable(const std::string& name) {
        return connection_->integerOf("select count(*) from sqlite_schema where name = $1", name) == 1;
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "nextjob.db";

  private:
    std::unique_ptr<Connection> connection_;
};

TEST_F(MigrateTest, AppliesWhatIsMissingInOrderAndOnce) {
    Connection& connection = connect();
    EXPECT_THAT(bringUpToDate(connection, {first}, true, {}).value(), ElementsAre("0001_first"));
    EXPECT_THAT(bringUpToDate(connection, {first, second}, true, {}).value(), ElementsAre("0002_second"));
    EXPECT_THAT(bringUpToDate(connection, {first, second}, true, {}).value(), IsEmpty());
    EXPECT_EQ(connection.integerOf("select count(*) from a"), 1);
}

TEST_F(MigrateTest, AFailingMigrationLeavesTheSchemaAsItWas) {
    Connection& connection = connect();
    const auto failed = bringUpToDate(connection, {first, broken}, true, {});
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::Internal);
    EXPECT_THAT(failed.error().message, HasSubstr("0002_broken"));
    EXPECT_TRUE(hasTable("a"));
    EXPECT_FALSE(hasTable("b"));
    EXPECT_THAT(bringUpToDate(connection, {first, second}, true, {}).value(), ElementsAre("0002_second"));
}

TEST_F(MigrateTest, OneThatLeavesAReferenceToNothingIsUndone) {
    const Migration parents{
        1, "0001_parents",
        "create table a (id integer primary key) strict; insert into a values (1);"
        "create table b (a integer references a on delete cascade) strict; insert into b values (1);"};
    const Migration stray{2, "0002_stray", "delete from a;"};
    Connection& connection = connect();
    const auto failed = bringUpToDate(connection, {parents, stray}, true, {});
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::Internal);
    EXPECT_THAT(failed.error().message, HasSubstr("0002_stray"));
    EXPECT_EQ(connection.integerOf("select count(*) from a"), 1);
    EXPECT_EQ(connection.integerOf("pragma foreign_keys"), 1);
    connection.run("delete from a");
    EXPECT_EQ(connection.integerOf("select count(*) from b"), 0) << "foreign keys are minded again";
}

// A database as the program left it before it knew mailboxes.
constexpr std::string_view oldData = R"(
    insert into users (id, email, email_key, password_hash, full_name, is_verified, is_superuser, created_at)
        values (1, 'ada@example.org', 'ada@example.org', 'x', 'Ada', 1, 0, 5);
    insert into imports (id, user_id, file_name, spool_path, state, bytes, created_at, updated_at)
        values (3, 1, 'mail.mbox', '/x', 'done', 9, 5, 5);
    insert into messages (id, user_id, key, state, reason, source, source_id, subject, sender, import_id, bytes, truncated,
                          first_seen_at, updated_at)
        values (10, 1, 'mail:1', 'done', '', 'file', '1', 'Jobs', 'a@b.co', 3, 7, 0, 50, 60),
               (11, 1, 'mail:2', 'dead', 'No.', 'file', '2', 'More', 'a@b.co', 3, 8, 1, 51, 61),
               (12, 1, 'gmail:18f', 'done', '', 'gmail', '18f', '', '', null, 0, 0, 52, 62),
               (90, 1, 'mail:9', 'queued', '', 'file', '9', '', '', null, 1, 0, 53, 63);
    delete from messages where id = 90;
    insert into payloads (message_id, format, body) values (11, 'rfc822', x'00');
    insert into queue (message_id, bytes, queued_at, available_at) values (11, 8, 51, 51);
    insert into offers (id, user_id, title, title_key, company, company_key, location, description, apply_link, language,
                        skills, match_score, reason, technologies_matched, criteria, confidence, source, source_id,
                        first_seen_at, last_seen_at, sightings)
        values (20, 1, 'Cook', 'cook', '', '', '', '', '', '', '[]', 1, '', '', '[]', 1.0, 'file', '1', 50, 50, 1);
    insert into sightings (id, offer_id, message_id, seen_at, facts, evidence, source_text)
        values (30, 20, 10, 50, '{}', '{}', '');
    insert into google_credentials (user_id, email, sealed, key_id, created_at, updated_at)
        values (1, 'ada@gmail.example', x'00', 'k', 5, 70);)";

TEST_F(MigrateTest, TheLedgerIsMadeAnewWithAllThatRefersToIt) {
    const auto all = shippedMigrations();
    const std::vector<Migration> before(all.begin(), all.begin() + 5);
    Connection& connection = connect();
    ASSERT_TRUE(bringUpToDate(connection, before, true, {}).has_value());
    connection.script(std::string(oldData));
    const auto indexes = [&] {
        std::set<std::string> names;
        Query query = connection.query(
            "select name from sqlite_schema where type = 'index' and tbl_name = 'messages' and sql is not null");
        while (query.step()) names.insert(query.text(0));
        return names;
    };
    const auto oldIndexes = indexes();
    ASSERT_TRUE(bringUpToDate(connection, all, true, {}).has_value());

    for (const std::string& name : oldIndexes) EXPECT_TRUE(indexes().contains(name)) << name;
    EXPECT_EQ(connection.integerOf("select count(*) from messages"), 3);
    Query row = connection.query(
        "select state, reason, import_id, bytes, truncated, updated_at, fetched_at from messages where id = 11");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.text(0), "dead");
    EXPECT_EQ(row.text(1), "No.");
    EXPECT_EQ(row.integer(2), 3);
    EXPECT_EQ(row.integer(3), 8);
    EXPECT_TRUE(row.flag(4));
    EXPECT_EQ(row.integer(5), 61);
    EXPECT_EQ(row.integer(6), 51);
    EXPECT_EQ(connection.integerOf("select count(*) from messages where fetched_at is null"), 1)
        << "what a service marked never came into the queue";
    EXPECT_EQ(connection.integerOf("select count(*) from queue"), 1);
    EXPECT_EQ(connection.integerOf("select count(*) from payloads"), 1);
    EXPECT_EQ(connection.integerOf("select count(*) from sightings where message_id = 10"), 1);
    EXPECT_EQ(connection.integerOf("select due_at from mailboxes where user_id = 1 and source = 'gmail'"), 70);

    connection.run(
        "insert into messages (user_id, key, state, source, source_id, subject, sender, bytes, truncated, "
        "first_seen_at, updated_at) values (1, 'new', 'seen', 'gmail', 'n', '', '', 0, 0, 1, 1)");
    EXPECT_GT(connection.lastId(), 90) << "no id is used twice";
    EXPECT_EQ(connection.integerOf("pragma foreign_keys"), 1);
    connection.run("delete from messages where id = 11");
    EXPECT_EQ(connection.integerOf("select count(*) from queue"), 0);
    connection.run("delete from users");
    for (const std::string table : {"messages", "sightings", "imports", "mailboxes"})
        EXPECT_EQ(connection.integerOf("select count(*) from " + table), 0) << table;
    EXPECT_FALSE(connection.query("pragma foreign_key_check").step());
    Query integrity = connection.query("pragma integrity_check");
    ASSERT_TRUE(integrity.step());
    EXPECT_EQ(integrity.text(0), "ok");
}

TEST_F(MigrateTest, JobsAreRecognisedAsBeforeTheirKeysWereHashed) {
    const auto all = shippedMigrations();
    Connection& connection = connect();
    ASSERT_TRUE(bringUpToDate(connection, {all.begin(), all.begin() + 9}, true, {}).has_value());
    connection.script(R"(
        insert into users (id, email, email_key, password_hash, full_name, is_verified, is_superuser, created_at)
            values (1, 'ada@example.org', 'ada@example.org', 'x', 'Ada', 1, 0, 5);
        insert into offer_keys (user_id, key, offer_id, removed)
            values (1, 'l:linkedin:4012', 20, 0), (1, 'l:web:jobs.example/1', 20, 0), (1, 't:köchin|acme|', 21, 1);)");
    ASSERT_TRUE(bringUpToDate(connection, all, true, {}).has_value());
    for (const std::string key : {"l:linkedin:4012", "l:web:jobs.example/1", "t:köchin|acme|"}) {
        EXPECT_EQ(connection.integerOf("select count(*) from offer_keys where user_id = 1 and key = $1 and board = $2 "
                                       "and removed = $3",
                                       offerKey(key), boardOfKey(key), key.starts_with("t:")),
                  1)
            << key;
    }
    connection.run("delete from users");
    EXPECT_EQ(connection.integerOf("select count(*) from offer_keys"), 0);
}

TEST_F(MigrateTest, ADatabaseNewerThanTheProgramIsRefused) {
    Connection& connection = connect();
    ASSERT_TRUE(bringUpToDate(connection, {first, second}, true, {}).has_value());
    const auto refused = bringUpToDate(connection, {first}, true, {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("newer nextjob"));
}

TEST_F(MigrateTest, AnOldSchemaIsAnErrorWhereItMayNotBeChanged) {
    Connection& connection = connect();
    ASSERT_TRUE(bringUpToDate(connection, {first}, true, {}).has_value());
    const auto refused = bringUpToDate(connection, {first, second}, false, {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("nextjob migrate"));
    EXPECT_FALSE(hasTable("b"));
}

TEST_F(MigrateTest, ManyThreadsAtOnceApplyEachMigrationOnce) {
    std::atomic<int> applied = 0;
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 8; ++number) {
            threads.emplace_back([&] {
                Connection own(file, OpenMode::ReadWrite, milliseconds(60'000));
                ASSERT_TRUE(prepareFile(own, file, milliseconds(60'000)).has_value());
                applied += static_cast<int>(bringUpToDate(own, {first, second}, true, {}).value().size());
            });
        }
    }
    EXPECT_EQ(applied, 2);
    EXPECT_EQ(connect().integerOf("select count(*) from a"), 1);
}

TEST_F(MigrateTest, ADatabaseOfAnotherProgramIsLeftAlone) {
    {
        Connection other(file, OpenMode::ReadWrite, milliseconds(0));
        other.run("create table photos (x)");
    }
    Connection connection(file, OpenMode::ReadWrite, milliseconds(0));
    const auto refused = prepareFile(connection, file, milliseconds(0));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("another program"));
}

TEST(ShippedMigrations, AreNumberedFromOneWithoutGaps) {
    int expected = 0;
    for (const Migration& migration : shippedMigrations()) EXPECT_EQ(migration.version, ++expected) << migration.name;
    EXPECT_GT(expected, 0);
}

}  // namespace
}  // namespace nextjob::store::sqlite
