#include "store/postgres/postgres_store.hpp"

#include "model/run_on.hpp"
#include "store/postgres/dump.hpp"
#include "store/sql/totals.hpp"

#include <boost/asio/thread_pool.hpp>

#include <array>

namespace nextjob::store::postgres {
namespace {

constexpr std::chrono::seconds totalsLife{30};

// To count millions takes seconds: of many, what the server reckons.
constexpr std::string_view countOffers = R"(
    select case when reltuples < 100000 then (select count(*) from offers) else reltuples::bigint end
    from pg_class where oid = 'offers'::regclass)";

struct Stray {
    std::string_view what;
    std::string_view count;
};

// What a foreign key would forbid (see the first migration).
constexpr std::array strays = {
    Stray{"offers belong to no user",
          "select count(*) from offers o where not exists (select 1 from users u where u.id = o.user_id)"},
    Stray{"keys of offers belong to no user",
          "select count(*) from offer_keys k where not exists (select 1 from users u where u.id = k.user_id)"},
    Stray{"keys lead to offers that are not there",
          "select count(*) from offer_keys k where not removed and not exists "
          "(select 1 from offers o where o.user_id = k.user_id and o.id = k.offer_id)"},
    Stray{"sightings are of offers that are not there",
          "select count(*) from sightings s where not exists (select 1 from offer_keys k where k.offer_id = s.offer_id "
          "and not removed) and not exists (select 1 from offers o where o.id = s.offer_id)"},
    Stray{"sightings are of messages that are not there",
          "select count(*) from sightings s where not exists (select 1 from messages m where m.id = s.message_id)"},
};

// Runs blocking work on a thread of its own.
template <class Work>
Task<std::invoke_result_t<Work&>> apart(Work work) {
    using Outcome = std::invoke_result_t<Work&>;
    boost::asio::thread_pool thread(1);
    auto guarded = [&work]() -> Outcome {
        try {
            return work();
        } catch (const PostgresError& error) {
            return std::unexpected(describeFailure(error));
        }
    };
    co_return co_await runOn(thread.get_executor(), std::move(guarded));
}

}  // namespace

Result<std::unique_ptr<Store>> PostgresStore::open(const std::string& url, const OpenOptions& options) {
    auto database = Database::open(url, options);
    if (!database) return std::unexpected(std::move(database.error()));
    return std::make_unique<PostgresStore>(std::move(*database));
}

Task<Result<void>> PostgresStore::ping() {
    auto work = [](Call& call) -> Task<Result<void>> {
        co_await call.query("select max(version) from schema_migrations");
        co_return Result<void>{};
    };
    co_return co_await database_->read(std::move(work));
}

Task<Result<Totals>> PostgresStore::totals() {
    {
        const std::scoped_lock lock(mutex_);
        if (std::chrono::steady_clock::now() < totalsUntil_) co_return totals_;
    }
    auto work = [](Call& call) -> Task<Result<Totals>> {
        Batch batch;
        batch.add(sql::countUsers);
        batch.add(countOffers);
        batch.add(sql::countAllMessages);
        const auto answers = co_await call.run(std::move(batch));
        co_return Totals{
            .users = answers[0][0].integer(0), .offers = answers[1][0].integer(0), .messages = readCounts(answers[2])};
    };
    auto counted = co_await database_->read(std::move(work));
    if (!counted) co_return counted;
    const std::scoped_lock lock(mutex_);
    totals_ = *counted;
    totalsUntil_ = std::chrono::steady_clock::now() + totalsLife;
    co_return counted;
}

// These take their time: on a thread and a connection of their own, without the limits of calls.
Task<Result<std::vector<std::string>>> PostgresStore::check() {
    return apart([url = database_->url()]() -> Result<std::vector<std::string>> {
        Connection own(url, std::chrono::milliseconds(0));
        own.script("set enable_seqscan = on");
        std::vector<std::string> damage;
        for (const Stray& stray : strays) {
            const auto count = own.integerOf(std::string(stray.count));
            if (count != 0) damage.push_back(fmt::format("{} {}.", count, stray.what));
        }
        return damage;
    });
}

Task<Result<void>> PostgresStore::backup(std::filesystem::path file) {
    return apart([url = database_->url(), file = std::move(file)] { return dump(url, file); });
}

// The server's autovacuum does this all the time; now, for who asks for it.
Task<Result<void>> PostgresStore::vacuum() {
    return apart([url = database_->url()]() -> Result<void> {
        Connection own(url, std::chrono::milliseconds(0));
        own.script("vacuum (analyze)");
        return {};
    });
}

}  // namespace nextjob::store::postgres
