#include "store/sqlite/migrate.hpp"

#include "contract/engine.hpp"

#include <gmock/gmock.h>

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
