#include "store/postgres/migrate.hpp"

#include "store/offer_key.hpp"
#include "support/postgres_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>

namespace nextjob::store::postgres {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Migration first{1, "0001_first", "create table a (x integer); insert into a values (1);"};
const Migration second{2, "0002_second", "create table b (x integer);"};
const Migration broken{2, "0002_broken", "create table b (x integer); insert into nowhere values (1);"};

class PostgresMigrateTest : public testing::Test {
  protected:
    std::unique_ptr<Connection> connect() { return std::make_unique<Connection>(url, std::chrono::seconds(60)); }

    const std::string url = PostgresServer::shared().freshUrl();
    std::unique_ptr<Connection> connection = connect();
};

TEST_F(PostgresMigrateTest, AppliesWhatIsMissingInOrderAndOnce) {
    EXPECT_THAT(bringUpToDate(*connection, {first}, true, {}).value(), ElementsAre("0001_first"));
    EXPECT_THAT(bringUpToDate(*connection, {first, second}, true, {}).value(), ElementsAre("0002_second"));
    EXPECT_THAT(bringUpToDate(*connection, {first, second}, true, {}).value(), IsEmpty());
    EXPECT_EQ(connection->integerOf("select count(*) from a"), 1);
}

TEST_F(PostgresMigrateTest, AFailingMigrationLeavesTheSchemaAsItWas) {
    const auto failed = bringUpToDate(*connection, {first, broken}, true, {});
    ASSERT_FALSE(failed.has_value());
    EXPECT_THAT(failed.error().message, HasSubstr("0002_broken"));
    EXPECT_EQ(connection->integerOf("select count(*) from a"), 1);
    EXPECT_EQ(connection->integerOf("select count(*) from pg_tables where tablename = 'b'"), 0);
    EXPECT_THAT(bringUpToDate(*connection, {first, second}, true, {}).value(), ElementsAre("0002_second"));
}

TEST_F(PostgresMigrateTest, TheLedgerOfBeforeMailboxesIsKept) {
    const auto all = shippedMigrations();
    ASSERT_TRUE(bringUpToDate(*connection, {all.begin(), all.begin() + 3}, true, {}).has_value());
    connection->script(R"(
        insert into users (id, email, email_key, password_hash, full_name, is_verified, is_superuser, created_at)
            values (1, 'ada@example.org', 'ada@example.org', 'x', 'Ada', true, false, 5);
        insert into messages (id, user_id, key, state, source, source_id, subject, sender, bytes, truncated, first_seen_at,
                              updated_at)
            values (10, 1, 'mail:1', 'dead', 'file', '1', 'Jobs', 'a@b.co', 7, false, 50, 60),
                   (12, 1, 'gmail:18f', 'done', 'gmail', '18f', '', '', 0, false, 52, 62);
        insert into google_credentials (user_id, email, sealed, key_id, created_at, updated_at)
            values (1, 'ada@gmail.example', '', 'k', 5, 70);)");
    ASSERT_TRUE(bringUpToDate(*connection, all, true, {}).has_value());
    EXPECT_EQ(connection->integerOf("select fetched_at from messages where id = 10"), 50);
    EXPECT_EQ(connection->integerOf("select count(*) from messages where fetched_at is null"), 1);
    EXPECT_EQ(connection->integerOf("select due_at from mailboxes where user_id = 1 and source = 'gmail'"), 70);
    connection->script("update messages set state = 'seen' where id = 12");
    EXPECT_THROW(connection->script("update messages set state = 'lost' where id = 12"), PostgresError);
}

TEST_F(PostgresMigrateTest, JobsAreRecognisedAndFoundAsBeforeTheirKeysWereHashed) {
    const auto all = shippedMigrations();
    ASSERT_TRUE(bringUpToDate(*connection, {all.begin(), all.begin() + 6}, true, {}).has_value());
    connection->script(R"(
        insert into offer_keys (user_id, key, offer_id, removed)
            values (1, 'l:linkedin:4012', 20, false), (1, 'l:web:jobs.example/1', 20, false), (1, 't:köchin|acme|', 21, true);
        insert into offers (id, user_id, title, title_key, company, company_key, location, description, apply_link, language,
                            skills, match_score, reason, technologies_matched, criteria, confidence, source, source_id,
                            first_seen_at, last_seen_at, sightings, words)
            values (20, 1, 'Cook', 'cook', '', '', '', '', '', '', '[]', 1, '', '', '[]', 1.0, 'file', '1', 50, 50, 1,
                    array_to_tsvector(array['cook', 'c++']));)");
    ASSERT_TRUE(bringUpToDate(*connection, all, true, {}).has_value());
    for (const std::string key : {"l:linkedin:4012", "l:web:jobs.example/1", "t:köchin|acme|"}) {
        EXPECT_EQ(connection->integerOf(fmt::format(
                      "select count(*) from offer_keys where user_id = 1 and {} = {} and board = {} and removed = {}",
                      key.starts_with("t:") ? "text_key" : "link_key", offerKey(key), boardOfKey(key),
                      key.starts_with("t:"))),
                  1)
            << key;
    }
    EXPECT_EQ(connection->integerOf("select count(*) from offers where strpos(words, ' c++ ') > 0"), 1);
}

// With scans forbidden the server still scans where no index serves.
TEST_F(PostgresMigrateTest, KeysOfOneUserAreFoundWithoutReadingEverybodys) {
    ASSERT_TRUE(bringUpToDate(*connection, shippedMigrations(), true, {}).has_value());
    connection->script("set enable_seqscan = off");
    for (const std::string condition : {"user_id = 1", "user_id = 1 and offer_id = 2", "user_id = 1 and link_key = 3",
                                        "user_id = 1 and text_key = 3", "offer_id = 2 and board <> 0"}) {
        const Rows plan = connection->script("explain (costs off) select 1 from offer_keys where " + condition);
        std::string text;
        for (int line = 0; line < plan.size(); ++line) text += plan[line].view(0);
        EXPECT_THAT(text, AllOf(HasSubstr("Index"), Not(HasSubstr("Seq Scan")))) << condition;
    }
}

TEST_F(PostgresMigrateTest, OneThatIsNewerOrMayNotBeChangedIsRefused) {
    ASSERT_TRUE(bringUpToDate(*connection, {first}, true, {}).has_value());
    EXPECT_THAT(bringUpToDate(*connection, {first, second}, false, {}).error().message, HasSubstr("nextjob migrate"));
    ASSERT_TRUE(bringUpToDate(*connection, {first, second}, true, {}).has_value());
    EXPECT_THAT(bringUpToDate(*connection, {first}, true, {}).error().message, HasSubstr("newer nextjob"));
}

TEST_F(PostgresMigrateTest, ManyAtOnceApplyEachMigrationOnce) {
    std::atomic<int> applied = 0;
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 10; ++number) {
            threads.emplace_back([&] {
                const auto own = connect();
                applied += static_cast<int>(bringUpToDate(*own, {first, second}, true, {}).value().size());
            });
        }
    }
    EXPECT_EQ(applied, 2);
    EXPECT_EQ(connection->integerOf("select count(*) from a"), 1);
}

TEST_F(PostgresMigrateTest, WhatIsShippedMakesColumnsAndAnIndexForMeanings) {
    ASSERT_TRUE(bringUpToDate(*connection, shippedMigrations(), true, {}).has_value());
    EXPECT_EQ(connection->integerOf("select count(*) from pg_indexes where indexdef like '%hnsw%'"), 1);
    int expected = 0;
    for (const Migration& migration : shippedMigrations()) EXPECT_EQ(migration.version, ++expected) << migration.name;
}

}  // namespace
}  // namespace nextjob::store::postgres
