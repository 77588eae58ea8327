#include "store/sqlite/sqlite_store.hpp"

#include "contract/engine.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/sender_rules.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <future>
#include <map>

namespace nextjob::store::sqlite {
namespace {

using contract::check;
using contract::get;
using contract::run;
using contract::valueOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

class SqliteStoreTest : public contract::StoreTest {
  protected:
    fs::path file() const { return folder.path() / "with space" / "nextjob.db"; }
    Database& database() { return dynamic_cast<SqliteStore&>(*store).database(); }
};

unsigned rightsOf(const fs::path& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return 0;
    return status.st_mode & 0777U;
}

TEST_P(SqliteStoreTest, DatabaseAndFolderAreTheOwnersAlone) {
    addUser("ada@example.org");
    EXPECT_EQ(rightsOf(file().parent_path()), 0700U);
    EXPECT_EQ(rightsOf(file()), 0600U);
    EXPECT_EQ(rightsOf(file().string() + "-wal"), 0600U);
}

TEST_P(SqliteStoreTest, AFullDiskIsSaidClearlyAndHarmsNothing) {
    const UserId ada = addUser("ada@example.org");
    RawMessage large = contract::mail(ada, "large");
    large.bytes.assign(8U << 20, 'x');

    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{.rlim_cur = 4U << 20, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto refused = run(queue->accept({contract::mail(ada, "small"), large}));
    const auto reading = run(messages().counts(ada));
    ::setrlimit(RLIMIT_FSIZE, &before);

    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("disk is full"));
    EXPECT_THAT(refused.error().message, HasSubstr(file().string()));
    EXPECT_EQ(valueOf(reading).all(), 0);
    EXPECT_EQ(get(queue->accept({contract::mail(ada, "small"), large})).fresh, 2) << "with room again it goes on";
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(SqliteStoreTest, CallsThatShareATransactionFailOnTheirOwn) {
    boost::asio::thread_pool pool(1);
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    // Holds the writer until all calls below wait for it.
    auto holding = boost::asio::co_spawn(pool, database().write([opened](Connection&) -> Result<int> {
        opened.wait();
        return 0;
    }),
                                         boost::asio::use_future);
    std::vector<std::future<Result<User>>> calls;
    for (int number = 0; number < 20; ++number) {
        NewUser user;
        user.email = number % 2 == 0 ? "same@example.org" : "user" + std::to_string(number) + "@example.org";
        calls.push_back(boost::asio::co_spawn(pool, users().create(user), boost::asio::use_future));
    }
    auto throwing = boost::asio::co_spawn(pool, database().write([](Connection& connection) -> Result<int> {
        return connection.run("insert into nowhere values (1)");
    }),
                                          boost::asio::use_future);
    gate.set_value();
    int made = 0;
    for (auto& call : calls) made += call.get().has_value() ? 1 : 0;
    EXPECT_EQ(made, 11);
    EXPECT_EQ(throwing.get().error().code, ErrorCode::Internal);
    EXPECT_TRUE(holding.get().has_value());
    pool.join();
    EXPECT_EQ(get(users().list("", {})).count, 11);
}

TEST_P(SqliteStoreTest, WhenASharedTransactionIsLostEachCallIsTriedAlone) {
    const UserId ada = addUser("ada@example.org");
    boost::asio::thread_pool pool(1);
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    auto holding = boost::asio::co_spawn(pool, database().write([opened](Connection&) -> Result<int> {
        opened.wait();
        return 0;
    }),
                                         boost::asio::use_future);
    auto good = boost::asio::co_spawn(pool, queue->accept({contract::mail(ada, "one")}), boost::asio::use_future);
    auto bad = boost::asio::co_spawn(
        pool, database().write([](Connection& connection) -> Result<int> { return connection.run("rollback"); }),
        boost::asio::use_future);
    gate.set_value();
    EXPECT_EQ(valueOf(good.get()).fresh, 1);
    bad.get();
    holding.get();
    pool.join();
    EXPECT_EQ(get(messages().counts(ada)).all(), 1);
}

TEST_P(SqliteStoreTest, ABackupIsACompleteDatabase) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({contract::mail(ada, "one")}));
    const fs::path copy = folder.path() / "copy.db";
    std::ofstream(copy) << "an older copy";
    check(store->backup(copy));
    EXPECT_EQ(rightsOf(copy), 0600U);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        EXPECT_THAT(entry.path().string(), Not(HasSubstr("partial"))) << "nothing half-made stays behind";
    }
    url = sqliteUrl(copy);
    reopen();
    EXPECT_EQ(get(users().find(ada)).email, "ada@example.org");
    EXPECT_EQ(get(queue->claim(1)).size(), 1U);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(SqliteStoreTest, ABackupNeverTouchesTheLiveDatabase) {
    addUser("ada@example.org");
    fs::create_symlink(file(), folder.path() / "link.db");
    fs::create_hard_link(file(), folder.path() / "hard.db");
    for (const fs::path& target : {file(), fs::path(file().string() + "-wal"), folder.path() / "link.db",
                                   folder.path() / "hard.db", file().parent_path() / "." / "nextjob.db"}) {
        const auto refused = run(store->backup(target));
        ASSERT_FALSE(refused.has_value()) << target;
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    }
    EXPECT_EQ(run(store->backup(folder.path())).error().code, ErrorCode::Invalid);
    const auto nowhere = run(store->backup(folder.path() / "missing" / "copy.db"));
    EXPECT_EQ(nowhere.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(get(users().list("", {})).count, 1);
}

TEST_P(SqliteStoreTest, SpaceOfFinishedMessagesIsUsedAgainAndGivenBack) {
    const UserId ada = addUser("ada@example.org");
    const auto fill = [&](int round) {
        for (int number = 0; number < 20; ++number) {
            RawMessage large = contract::mail(ada, std::to_string(round) + "-" + std::to_string(number));
            large.bytes.assign(200'000, static_cast<char>('a' + round));
            const MessageId id = get(queue->accept({large})).items[0].message;
            get(offers().ingest({contract::analysed(ada, id, {})}));
        }
        check(store->vacuum());
        return fs::file_size(file());
    };
    const auto once = fill(0);
    EXPECT_LT(once, 1'000'000U);
    EXPECT_LT(fill(1), once + 100'000);
}

TEST_P(SqliteStoreTest, ADamagedDatabaseIsNamed) {
    addUser("ada@example.org");
    TearDown();
    {
        std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(0);
        bytes << "This is no database at all.";
    }
    const auto refused = store::open(url);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Internal);
    EXPECT_THAT(refused.error().message, HasSubstr(file().string()));
}

TEST_P(SqliteStoreTest, NoListReadsOtherUsersRows) {
    const UserId ada = addUser("ada@example.org");
    const std::vector<OfferFilter> filters = {
        {},
        {.minScore = 5},
        {.workModes = {WorkMode::Remote}},
        {.company = "acme"},
        {.text = "engineer berlin"},
        {.states = {OfferState::Hidden, OfferState::Saved}},
        {.minScore = 5, .workModes = {WorkMode::Remote}, .company = "a", .text = "b", .states = {OfferState::New}}};
    std::vector<std::string> steps;
    for (const OfferOrder by :
         {OfferOrder::Score, OfferOrder::FirstSeen, OfferOrder::LastSeen, OfferOrder::Company, OfferOrder::Title}) {
        for (const bool descending : {false, true}) {
            for (const OfferFilter& filter : filters) {
                const ListQuery list = offerList(ada, filter, {by, descending});
                const std::string cursor = encodeCursor({.list = list.name, .key = "1", .id = 1});
                for (const std::string& at : {std::string(), cursor}) {
                    const auto reader = PageReader::prepare(list, {.limit = 10, .offset = 0, .cursor = at}).value();
                    for (const std::string& sql : {reader.sql(), reader.countSql()}) {
                        const auto plan =
                            get(database().read([&sql](Connection& connection) -> Result<std::vector<std::string>> {
                                std::vector<std::string> lines;
                                Query query = connection.query("explain query plan " + sql);
                                while (query.step()) lines.push_back(query.text(3));
                                return lines;
                            }));
                        steps.insert(steps.end(), plan.begin(), plan.end());
                        if (by == OfferOrder::Score) {
                            EXPECT_THAT(plan, Each(Not(HasSubstr("TEMP B-TREE")))) << sql;
                        }
                    }
                }
            }
        }
    }
    EXPECT_THAT(steps, Not(IsEmpty()));
    EXPECT_THAT(steps, Each(Not(HasSubstr("SCAN"))));
}

// Rows of every table, less the catalogue that all share and the index's own tables.
std::map<std::string, std::int64_t> rowsOfTables(Connection& connection) {
    std::map<std::string, std::int64_t> rows;
    std::vector<std::string> names;
    {
        Query tables = connection.query(
            "select name from sqlite_schema where type = 'table' and name <> 'sqlite_sequence' "
            "and name <> 'skills'");
        while (tables.step()) names.push_back(tables.text(0));
    }
    for (const std::string& name : names) rows[name] = connection.integerOf("select count(*) from " + name);
    return rows;
}

TEST_P(SqliteStoreTest, ErasingAUserLeavesNoRowOfTheirsInAnyTable) {
    const auto rows = [this] {
        return get(database().read([](Connection& connection) -> Result<std::map<std::string, std::int64_t>> {
            return rowsOfTables(connection);
        }));
    };
    get(skills().ensure({"Cooking"}));
    const auto before = rows();

    const UserId ada = addUser("ada@example.org");
    const SkillId cooking = get(skills().findByNames({"Cooking"})).at(0).id;
    get(skills().set(ada, {cooking}));
    check(store->preferences().set(ada, R"({"places":["Berlin"]})"));
    NewSession session;
    session.user = ada;
    session.tokenHash = "hash";
    session.expires = Timestamp(std::chrono::milliseconds(clock->load() + 1000));
    get(sessions().create(session));
    NewImport file;
    file.user = ada;
    file.state = ImportState::Reading;
    RawMessage first = contract::mail(ada, "first");
    first.import = get(imports().create(file)).id;
    const auto accepted = get(queue->accept({first, contract::mail(ada, "waits")}));
    get(offers().ingest({contract::analysed(
        ada, accepted.items[0].message,
        {contract::sighting("Cook", "b:1", "cook"), contract::sighting("Baker", "b:2", "baker")})}));
    DeliveredOffer delivered;
    delivered.user = ada;
    delivered.source = "gmail";
    delivered.sourceId = "18f";
    delivered.sighting = contract::sighting("Welder", "b:3", "welder");
    get(offers().deliver(std::make_shared<const std::vector<DeliveredOffer>>(1, delivered)));
    const auto kept = get(offers().list(ada, {}, {}, {})).items;
    get(offers().setState(ada, kept.at(0).id, OfferState::Saved, "a note"));
    check(offers().remove(ada, kept.at(1).id));
    check(store->googleCredentials().put({.user = ada, .email = "a@b.co", .sealed = "s", .keyId = "k", .expiry = {}}));
    check(store->imapAccounts().put({.user = ada, .host = "imap.b.co", .login = "a", .sealed = "s", .keyId = "k"}));
    check(store->senderRules().put(ada, {.sender = "@b.co", .read = true}));
    for (const auto& [table, count] : rows())
        EXPECT_TRUE(count > before.at(table) || table == "schema_migrations") << "nothing of a user in " << table;

    check(users().erase(ada));
    EXPECT_EQ(rows(), before);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, SqliteStoreTest, testing::ValuesIn(contract::onlySqlite()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::store::sqlite
