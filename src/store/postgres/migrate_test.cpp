#include "store/postgres/migrate.hpp"

#include "support/postgres_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>

namespace nextjob::store::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
