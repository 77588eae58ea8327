#include "store/postgres/postgres_store.hpp"

#include "contract/engine.hpp"
#include "store/google_credentials.hpp"
#include "support/postgres_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

namespace nextjob::store::postgres {
namespace {

namespace asio = boost::asio;
using contract::check;
using contract::errorOf;
using contract::get;
using contract::run;
using contract::valueOf;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PostgresStoreTest : public contract::StoreTest {
  protected:
    Database& database() { return dynamic_cast<PostgresStore&>(*store).database(); }

    std::int64_t countOf(const std::string& sql) {
        return get(database().read([sql](Call& call) -> Task<Result<std::int64_t>> {
            Batch batch;
            batch.add(sql);
            const auto answers = co_await call.run(std::move(batch));
            co_return answers[0][0].integer(0);
        }));
    }
};

TEST_P(PostgresStoreTest, ABatchIsOneTransaction) {
    const auto refused = run(database().once([](Call& call) -> Task<Result<int>> {
        Batch batch;
        batch.add("insert into skills (name, name_key) values ('A', 'a')");
        batch.add("insert into nowhere values (1)");
        co_await call.run(std::move(batch));
        co_return 0;
    }));
    EXPECT_EQ(refused.error().code, ErrorCode::Internal);
    EXPECT_EQ(countOf("select count(*) from skills"), 0);
}

TEST_P(PostgresStoreTest, ValuesOfEveryKindComeBackAsTheyWere) {
    const std::vector<std::string> odd = {"", "a,b", "{}", "\"quoted\"", "back\\slash", "NULL", "Київ", "it's"};
    const auto back = get(database().read([odd](Call& call) -> Task<Result<std::vector<std::string>>> {
        const Rows rows = co_await call.query("select * from unnest($1::text[])", column(texts(), odd));
        std::vector<std::string> texts;
        for (int row = 0; row < rows.size(); ++row) texts.push_back(rows[row].text(0));
        co_return texts;
    }));
    EXPECT_EQ(back, odd);
    const bool good = get(database().read([](Call& call) -> Task<Result<bool>> {
        Column numbers = reals();
        numbers.add(0.1);
        numbers.add(std::nullopt);
        const Rows rows = co_await call.query("select * from unnest($1::double precision[])", numbers.take());
        co_return rows[0].optionalReal(0) == 0.1 && !rows[1].optionalReal(0);
    }));
    EXPECT_TRUE(good);
}

// Plans are made anew at some batches of a connection: not where a transaction has just failed.
TEST_P(PostgresStoreTest, WhatIsRefusedIsRefusedTheSameWayHoweverOldTheConnection) {
    OpenOptions options;
    options.connections = 1;
    const auto google = [](UserId user) {
        return GoogleCredential{
            .user = user, .email = "a@gmail.example", .sealed = "s", .keyId = "k", .expiry = {}, .subject = "1"};
    };
    const UserId ada = addUser("ada@example.org"), eve = addUser("eve@example.org");
    check(store->googleCredentials().put(google(ada)));
    for (int before = 0; before < 3; ++before) {
        const auto one = valueOf(store::open(url, options));
        for (int read = 0; read < before; ++read) check(one->ping());
        for (int round = 0; round < 50; ++round)
            EXPECT_EQ(errorOf(one->googleCredentials().put(google(eve))), ErrorCode::Conflict)
                << before << ' ' << round;
    }
}

TEST_P(PostgresStoreTest, ACallThatIsCutOffLeavesNoHalfReadConnectionBehind) {
    const UserId ada = addUser("ada@example.org");
    for (int round = 0; round < 20; ++round) {
        bool asks = false;
        asio::io_context loop;
        auto slow = database().read([&asks](Call& call) -> Task<Result<int>> {
            asks = true;
            co_await call.query("select pg_sleep(30)");
            co_return 0;
        });
        asio::cancellation_signal stop;
        asio::co_spawn(loop, std::move(slow), asio::bind_cancellation_slot(stop.slot(), asio::detached));
        while (!asks) loop.run_one();
        loop.run_for(milliseconds(2));
        if (round % 2 == 0) {
            stop.emit(asio::cancellation_type::terminal);
            loop.run();
        }
        // Else the loop ends with the call still in it.
    }
    for (int round = 0; round < 20; ++round) EXPECT_EQ(get(users().find(ada)).email, "ada@example.org");
}

TEST_P(PostgresStoreTest, ABackupIsWhatPgRestoreReads) {
    addUser("ada@example.org");
    const auto file = folder.path() / "copy.dump";
    check(store->backup(file));
    EXPECT_GT(std::filesystem::file_size(file), 1000U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "nothing half-made stays";
    EXPECT_EQ(run(store->backup(folder.path())).error().code, ErrorCode::Invalid);
    EXPECT_EQ(run(store->backup(folder.path() / "missing" / "copy")).error().code, ErrorCode::Unavailable);
    check(store->vacuum());
}

TEST_P(PostgresStoreTest, RowsThatNothingHoldsAreNamed) {
    const UserId ada = addUser("ada@example.org");
    const auto accepted = get(queue->accept({contract::mail(ada, "one")}));
    get(offers().ingest(
        {contract::analysed(ada, accepted.items[0].message, {contract::sighting("Cook", "b:1", "c")})}));
    EXPECT_THAT(get(store->check()), IsEmpty());
    countOf("with gone as (delete from offers returning 1) select count(*) from gone");
    EXPECT_THAT(get(store->check()), ElementsAre(HasSubstr("keys lead to offers that are not there")));
}

TEST_P(PostgresStoreTest, ErasingAUserLeavesNoRowOfTheirsInAnyTable) {
    const UserId ada = addUser("ada@example.org");
    const auto accepted = get(queue->accept({contract::mail(ada, "one"), contract::mail(ada, "two")}));
    get(offers().ingest(
        {contract::analysed(ada, accepted.items[0].message,
                            {contract::sighting("Cook", "b:1", "c"), contract::sighting("Baker", "b:2", "b")})}));
    const auto kept = get(offers().list(ada, {}, {}, {})).items;
    get(offers().setState(ada, kept.at(0).id, OfferState::Saved, "a note"));
    check(offers().remove(ada, kept.at(1).id));
    check(users().erase(ada));
    for (const std::string table : {"users", "messages", "queue", "payloads", "offers", "offer_keys", "sightings",
                                    "offer_states", "offer_lists", "offer_vectors", "sessions", "imports"}) {
        EXPECT_EQ(countOf("select count(*) from " + table), 0) << table;
    }
}

// The pages of a user come by an index, however many offers the others have.
TEST_P(PostgresStoreTest, NoListReadsOtherUsersRows) {
    const UserId ada = addUser("ada@example.org");
    for (const OfferOrder by : {OfferOrder::Score, OfferOrder::FirstSeen, OfferOrder::Title}) {
        for (const OfferFilter& filter :
             {OfferFilter{}, OfferFilter{.minScore = 5}, OfferFilter{.company = "a", .text = "b"}}) {
            const PagePlan plan = PagePlan::prepare(offerList(ada, filter, {by, true}), {}).value();
            Statement explain = listStatement("explain " + plan.sql(), plan.values(), plan.values().size());
            const auto lines = get(database().read([explain](Call& call) -> Task<Result<std::string>> {
                Batch batch;
                batch.add(explain);
                const auto answers = co_await call.run(std::move(batch));
                std::string text;
                for (int row = 0; row < answers[0].size(); ++row) text += answers[0][row].text(0) + "\n";
                co_return text;
            }));
            EXPECT_THAT(lines, testing::Not(HasSubstr("Seq Scan"))) << lines;
        }
    }
}

TEST_P(PostgresStoreTest, OffersToJudgeAnewAreFoundWithoutAWalkOverEverybodys) {
    const auto plan = get(database().read([](Call& call) -> Task<Result<std::string>> {
        const Rows rows = co_await call.query("explain " + staleOffers(), 1, 0, 100);
        std::string text;
        for (int row = 0; row < rows.size(); ++row) text += rows[row].text(0) + "\n";
        co_return text;
    }));
    EXPECT_THAT(plan, HasSubstr("offers_by_score"));
    EXPECT_THAT(plan, testing::Not(HasSubstr("offers_pkey")));
}

// What a service brings is written without a lock on its users: who erases one of them meanwhile is noticed in the end.
TEST_P(PostgresStoreTest, AServiceLearnsThatAUserWasErasedWhileItsOffersWereWritten) {
    const UserId ada = addUser("ada@example.org");
    const auto bring = [&] {
        return offers().deliver(std::make_shared<const std::vector<DeliveredOffer>>(
            1,
            DeliveredOffer{
                .user = ada, .source = "service", .sourceId = {}, .sighting = contract::sighting("Cook", "b:1", "c")}));
    };
    std::future<Result<DeliveryReport>> report;
    check(database().write([&](Call& call) -> Task<Result<void>> {
        co_await call.query("delete from users where id = $1", ada);
        report = std::async(std::launch::async, [&] { return run(bring()); });
        bool waitsForUs = false;
        for (int look = 0; look < 1000 && !waitsForUs; ++look) {
            std::this_thread::sleep_for(milliseconds(10));
            waitsForUs = !(co_await call.query("select 1 from pg_locks where not granted")).empty();
        }
        EXPECT_TRUE(waitsForUs);
        co_return Result<void>{};
    }));
    EXPECT_THAT(valueOf(report.get()).strangers, ElementsAre(0U));
    EXPECT_EQ(countOf("select count(*) from offers"), 0);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresStoreTest, testing::ValuesIn(contract::onlyPostgres()),
                         [](const auto& engine) { return engine.param.name; });

// A server of the test's own, which it stops and starts.
class PostgresOutageTest : public testing::Test {
  protected:
    std::unique_ptr<Store> open(milliseconds serverWait) {
        OpenOptions options;
        options.connections = 3;
        options.serverWait = serverWait;
        return valueOf(store::open(url, options));
    }

    PostgresServer server;
    const std::string url = server.freshUrl();
};

TEST_F(PostgresOutageTest, CallsDuringARestartEndAndServiceComesBackByItself) {
    const auto store = open(milliseconds(300));
    const UserId ada = get(store->users().create({.email = "ada@example.org", .passwordHash = {}, .fullName = {}})).id;
    std::atomic<bool> stop = false;
    std::atomic<int> good = 0, unavailable = 0, other = 0;
    asio::thread_pool pool(4);
    std::vector<std::future<void>> clients;
    for (int client = 0; client < 12; ++client) {
        clients.push_back(asio::co_spawn(
            pool,
            [&]() -> Task<> {
                while (!stop) {
                    const auto found = co_await store->users().find(ada);
                    ++(found ? good : found.error().code == ErrorCode::Unavailable ? unavailable : other);
                }
            },
            asio::use_future));
    }
    const auto until = [](auto reached) {
        while (!reached()) std::this_thread::sleep_for(milliseconds(5));
    };
    until([&] { return good > 100; });
    server.stop();
    const int before = unavailable;
    until([&] { return unavailable > before + 24; });
    server.start();
    const int then = good;
    until([&] { return good > then + 100; });
    stop = true;
    for (auto& client : clients) client.get();
    EXPECT_EQ(other, 0);
}

TEST_F(PostgresOutageTest, AServerThatHangsEndsNoCallLaterThanItsDeadline) {
    const auto store = open(milliseconds(200));
    check(store->ping());
    server.freeze();
    std::vector<std::future<Result<void>>> calls;
    std::vector<std::future<Result<OfferListMark>>> marks;
    asio::thread_pool pool(2);
    for (int call = 0; call < 20; ++call) {
        calls.push_back(asio::co_spawn(pool, store->ping(), asio::use_future));
        marks.push_back(asio::co_spawn(pool, store->offers().listMark(1), asio::use_future));
    }
    for (auto& call : calls) EXPECT_EQ(call.get().error().code, ErrorCode::Unavailable);
    for (auto& mark : marks) EXPECT_EQ(mark.get().error().code, ErrorCode::Unavailable);
    server.thaw();
    Result<void> again = run(store->ping());
    for (int attempt = 0; !again && attempt < 100; ++attempt) again = run(store->ping());
    EXPECT_TRUE(again.has_value());
}

TEST_F(PostgresOutageTest, AServerThatIsNotThereIsSaidAtTheStart) {
    server.stop();
    const auto refused = store::open(url);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("DATABASE_URL"));
}

}  // namespace
}  // namespace nextjob::store::postgres
