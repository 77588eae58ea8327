// What the store costs on SQLite and, where NEXTJOB_BENCH_DATABASE_URL names an empty database, on PostgreSQL: putting
// mail into the ledger and queue, taking it out with its offers, a page of offers, who reads which mailbox. Times are
// wall-clock, for the work is done on the store's own threads or by the server.

#include "queue/open.hpp"
#include "store/mailboxes.hpp"
#include "store/offers.hpp"
#include "store/open.hpp"
#include "store/users.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>

namespace nextjob {
namespace {

template <class T>
T get(Task<Result<T>> task) {
    boost::asio::io_context loop;
    std::optional<Result<T>> result;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, Result<T> got) {
        if (error) std::rethrow_exception(error);
        result = std::move(got);
    });
    loop.run();
    if (!*result) throw std::runtime_error(result->error().message);
    if constexpr (!std::is_void_v<T>) return std::move(**result);
}

// A store in a folder of its own, gone with it.
class Fixture {
  public:
    explicit Fixture(std::int64_t depth = 1'000'000) {
        queue::Options options;
        options.maximumDepth = depth;
        options.maximumBytes = std::uint64_t{64} << 30;
        store = store::open(databaseUrl()).value();
        queue = queue::open(*store, options).value();
    }
    ~Fixture() {
        queue.reset();
        store.reset();
        std::filesystem::remove_all(folder_);
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    NewUser newUser(int number) const {
        NewUser user;
        user.email = "user" + std::to_string(number) + "." + name_ + "@example.org";
        return user;
    }
    UserId addUser(int number) const { return get(store->users().create(newUser(number))).id; }

    std::vector<RawMessage> mails(UserId user, std::int64_t count, std::size_t bytes) {
        std::vector<RawMessage> made(static_cast<std::size_t>(count));
        for (RawMessage& message : made) {
            message.user = user;
            message.key = "<" + std::to_string(++mails_) + "." + name_ + "@mail.example>";
            message.source = "file";
            message.sourceId = message.key;
            message.subject = "12 new jobs for Software Engineer";
            message.bytes.assign(bytes, 'x');
        }
        return made;
    }

    // What analysis of an alert with these many offers finds, each a job of its own.
    AnalysedMessage result(UserId user, MessageId message, int offers) {
        AnalysedMessage analysed;
        analysed.user = user;
        analysed.message = message;
        analysed.kind = MailKind::Alert;
        for (int number = 0; number < offers; ++number) {
            const std::string job = std::to_string(++jobs_);
            OfferSighting& offer = analysed.offers.emplace_back();
            offer.facts.title = "Senior Software Engineer " + job;
            offer.facts.company = "Company " + std::to_string(jobs_ % 997);
            offer.facts.location = "Berlin, Germany";
            offer.facts.description = "Distributed systems in C++ and Go; you own a service from design to operation.";
            offer.facts.applyLink = "https://www.linkedin.com/jobs/view/" + job;
            offer.facts.skills = {"C++", "Go", "PostgreSQL"};
            offer.score.matchScore = static_cast<int>(jobs_ % 11);
            offer.score.reason = "You know C++ and Go; the place fits.";
            offer.score.technologiesMatched = "C++, Go";
            offer.score.confidence = 0.8;
            offer.linkKey = "linkedin:" + job;
            offer.textKey = offer.facts.title + "|" + offer.facts.company;
            offer.evidenceJson = R"({"title":[0,30],"company":[34,45],"location":[48,63]})";
            offer.sourceText.assign(300, 't');
        }
        return analysed;
    }

    // Gives each of these users so many offers.
    void fill(int users, int offersEach) {
        for (int number = 0; number < users; ++number) {
            const UserId user = addUser(number);
            users_.push_back(user);
            for (int left = offersEach; left > 0; left -= 100) {
                const auto accepted = get(queue->accept(mails(user, 1, 100)));
                get(store->offers().ingest({result(user, accepted.items[0].message, std::min(left, 100))}));
            }
        }
    }

    UserId user(std::size_t number) const { return users_[number % users_.size()]; }  // of those that were filled

    std::unique_ptr<store::Store> store;
    std::unique_ptr<queue::Queue> queue;

  private:
    // PostgreSQL's is one database for all: users and mail have names of their own in each fixture.
    std::string databaseUrl() const {
        const char* const given = std::getenv("NEXTJOB_BENCH_DATABASE_URL");
        return given != nullptr ? given : store::sqliteUrl(folder_ / "nextjob.db");
    }

    std::filesystem::path folder_ = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "nextjob-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        return std::filesystem::path(pattern);
    }();
    const std::string name_ = folder_.filename().string();
    std::int64_t mails_ = 0;
    std::int64_t jobs_ = 0;
    std::vector<UserId> users_;
};

// Messages of 32 KB into ledger and queue, so many a call.
void accept(benchmark::State& state) {
    Fixture fixture;
    const UserId user = fixture.addUser(0);
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        auto batch = fixture.mails(user, state.range(0), 32'000);
        state.ResumeTiming();
        get(fixture.queue->accept(std::move(batch)));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(accept)->Arg(1)->Arg(20)->Arg(100)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

// The whole way of a message of 32 KB with three offers: accepted, claimed, its offers stored; so many a call.
void throughTheQueue(benchmark::State& state) {
    Fixture fixture;
    const UserId user = fixture.addUser(0);
    for ([[maybe_unused]] auto _ : state) {
        get(fixture.queue->accept(fixture.mails(user, state.range(0), 32'000)));
        std::vector<AnalysedMessage> results;
        for (const auto& claim : get(fixture.queue->claim(static_cast<int>(state.range(0))))) {
            results.push_back(fixture.result(user, claim.message, 3));
        }
        get(fixture.store->offers().ingest(std::move(results)));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(throughTheQueue)
    ->Arg(1)
    ->Arg(20)
    ->Arg(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Offers of a hundred a message.
void ingest(benchmark::State& state) {
    Fixture fixture;
    const UserId user = fixture.addUser(0);
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        const auto accepted = get(fixture.queue->accept(fixture.mails(user, 1, 100)));
        std::vector<AnalysedMessage> results{fixture.result(user, accepted.items[0].message, 100)};
        state.ResumeTiming();
        get(fixture.store->offers().ingest(std::move(results)));
    }
    state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(ingest)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

// A store of so many users with 100 offers each, filled once.
Fixture& filled(int users) {
    static std::map<int, std::unique_ptr<Fixture>> fixtures;
    auto& fixture = fixtures[users];
    if (!fixture) {
        fixture = std::make_unique<Fixture>();
        fixture->fill(users, 100);
    }
    return *fixture;
}

// A page of 50 with its count, for users of 100 offers each among so many users.
void listPage(benchmark::State& state) {
    const int users = static_cast<int>(state.range(0));
    Fixture& fixture = filled(users);
    std::size_t number = 0;
    for ([[maybe_unused]] auto _ : state) {
        const UserId user = fixture.user(++number);
        benchmark::DoNotOptimize(get(fixture.store->offers().list(user, {}, {}, {.limit = 50})));
    }
}
BENCHMARK(listPage)->Arg(10)->Arg(1000)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

// The same with words to find, which every offer of every user has.
void searchPage(benchmark::State& state) {
    const int users = static_cast<int>(state.range(0));
    Fixture& fixture = filled(users);
    std::size_t number = 0;
    for ([[maybe_unused]] auto _ : state) {
        const UserId user = fixture.user(++number);
        benchmark::DoNotOptimize(
            get(fixture.store->offers().list(user, {.text = "software engineer"}, {}, {.limit = 50})));
    }
}
BENCHMARK(searchPage)->Arg(10)->Arg(1000)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

// Beside each other, for the store writes together what waits together.
void runAll(std::vector<Task<void>> tasks) {
    boost::asio::io_context loop;
    for (Task<void>& task : tasks) {
        boost::asio::co_spawn(loop, std::move(task), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        });
    }
    loop.run();
}

Task<void> connectMailbox(store::Store& store, NewUser user) {
    const auto made = co_await store.users().create(std::move(user));
    if (!made) throw std::runtime_error(made.error().message);
    const auto connected = co_await store.mailboxes().put(made->id, "gmail", "{}");
    if (!connected) throw std::runtime_error(connected.error().message);
}

Task<void> finishMailbox(store::Mailboxes& mailboxes, LeaseKey key, Timestamp due) {
    SyncEnd end;
    end.due = due;
    const auto finished = co_await mailboxes.finish(key, std::move(end));
    if (!finished) throw std::runtime_error(finished.error().message);
}

constexpr int mostTogether = 500;

// Leases up to `count` mailboxes that are due and gives them back, due then. How many.
std::size_t readMailboxes(store::Mailboxes& mailboxes, int count, Timestamp due) {
    const auto leases = get(mailboxes.lease("worker", {"gmail", "imap"}, count, std::chrono::minutes(1)));
    std::vector<Task<void>> finishing;
    for (const MailboxLease& lease : leases) finishing.push_back(finishMailbox(mailboxes, lease.key, due));
    runAll(std::move(finishing));
    return leases.size();
}

void connectMailboxes(const Fixture& fixture, std::int64_t count) {
    for (int number = 0; number < count;) {
        std::vector<Task<void>> connecting;
        for (int end = number + mostTogether; number < count && number < end; ++number)
            connecting.push_back(connectMailbox(*fixture.store, fixture.newUser(number)));
        runAll(std::move(connecting));
    }
}

// Ten of so many mailboxes that are due.
void leaseAndFinish(benchmark::State& state) {
    const Fixture fixture;
    connectMailboxes(fixture, state.range(0));
    for ([[maybe_unused]] auto _ : state) readMailboxes(fixture.store->mailboxes(), 10, currentTime());
}
BENCHMARK(leaseAndFinish)->Arg(100)->Arg(10'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

// What a worker does who waits: none of so many is due.
void leaseNone(benchmark::State& state) {
    const Fixture fixture;
    connectMailboxes(fixture, state.range(0));
    while (readMailboxes(fixture.store->mailboxes(), mostTogether, currentTime() + std::chrono::hours(1)) != 0) {
    }
    for ([[maybe_unused]] auto _ : state) readMailboxes(fixture.store->mailboxes(), 10, currentTime());
}
BENCHMARK(leaseNone)->Arg(100)->Arg(10'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace nextjob
