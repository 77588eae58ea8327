#include "contract/engine.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;

constexpr int messageCount = 1500;
constexpr int jobCount = 400;  // so that most offers are seen in several messages
constexpr int offersEach = 2;
constexpr int kills = 25;

// A whole run of the program: reads the file from its beginning into the queue and works the queue off, several at
// once. A byte into `progress` after each step.
class Run {
  public:
    Run(const std::string& url, const std::optional<std::string>& redisUrl, UserId user, ImportId import, int progress)
        : store_(valueOf(store::open(url))),
          // By chance one message may be in hand at many of the kills.
          queue_(valueOf(queue::open(*store_, {.maximumDepth = 100, .maximumAttempts = kills + 1}, redisUrl))),
          user_(user),
          import_(import),
          progress_(progress) {}

    void work() {
        std::vector<std::jthread> threads;
        threads.emplace_back([this] { readFile(); });
        for (int worker = 0; worker < 2; ++worker) threads.emplace_back([this] { analyse(); });
    }

  private:
    void readFile() {
        constexpr int batch = 20;
        for (int first = 0; first < messageCount; first += batch) {
            std::vector<RawMessage> messages;
            for (int number = first; number < first + batch; ++number) {
                messages.push_back(mail(user_, std::to_string(number)));
                messages.back().import = import_;
            }
            get(queue_->accept(messages, ImportProgress{.import = import_, .bytesRead = 1, .seen = first + batch}));
            step();
        }
        get(store_->imports().readingFinished({.import = import_, .bytesRead = 1, .seen = messageCount}));
    }

    void analyse() {
        while (get(store_->imports().find(user_, import_)).state != ImportState::Done) {
            const auto claims = get(queue_->claim(7, milliseconds(20)));
            step();
            std::vector<AnalysedMessage> results;
            for (const Claim& claim : claims) results.push_back(resultOf(claim));
            get(store_->offers().ingest(results));
            step();
            check(queue_->acknowledge(claims));
        }
    }

    static AnalysedMessage resultOf(const Claim& claim) {
        const int number = std::stoi(claim.raw.key.substr(std::string("key-").size()));
        AnalysedMessage result = analysed(claim.raw.user, claim.message, {});
        for (int offer = 0; offer < offersEach; ++offer) {
            const std::string job = std::to_string((number * offersEach + offer) % jobCount);
            result.offers.push_back(sighting("Job " + job, "board:" + job, "job " + job));
        }
        return result;
    }

    void step() const {
        if (::write(progress_, ".", 1) != 1) std::_Exit(2);
    }

    std::unique_ptr<store::Store> store_;
    std::unique_ptr<queue::Queue> queue_;
    UserId user_;
    ImportId import_;
    int progress_;
};

// Starts a run in a process of its own and kills it after so many steps and microseconds. Whether it came to its end.
bool runAndKill(const std::string& url, const std::optional<std::string>& redisUrl, UserId user, ImportId import,
                int steps, int microseconds) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        int status = 1;
        try {
            Run(url, redisUrl, user, import, ends[1]).work();
            status = 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        std::_Exit(status);
    }
    ::close(ends[1]);
    char byte = 0;
    for (int step = 0; step < steps && ::read(ends[0], &byte, 1) == 1; ++step) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    ::kill(child, steps == std::numeric_limits<int>::max() ? 0 : SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) throw std::runtime_error("the run failed by itself");
    return WIFEXITED(status);
}

class CrashTest : public StoreTest {
  protected:
    // A process that claims up to `count` messages and dies while it holds them. How many it got.
    int claimAndDie(int count) {
        TearDown();
        const pid_t child = ::fork();
        if (child == 0) {
            const auto own = valueOf(store::open(url));
            std::_Exit(static_cast<int>(get(openQueue(*own)->claim(count)).size()));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        reopen();
        return WEXITSTATUS(status);
    }
};

TEST_P(CrashTest, KilledAtAnyMomentNothingIsLostAndNothingDoubled) {
    const UserId ada = addUser("ada@example.org");
    const Import import = get(imports().create(
        {.user = ada, .fileName = "mbox", .spoolPath = "", .bytes = 1, .state = ImportState::Reading}));
    TearDown();

    std::mt19937 random(20260131);  // NOLINT(cert-msc51-cpp): the same moments in each run
    int killed = 0;
    for (bool ended = false; !ended && killed < kills; killed += ended ? 0 : 1) {
        const int steps = std::uniform_int_distribution(0, 40)(random);
        const int microseconds = std::uniform_int_distribution(0, 3000)(random);
        ended = runAndKill(url, redisUrl, ada, import.id, steps, microseconds);
    }
    EXPECT_GT(killed, 5);
    while (!runAndKill(url, redisUrl, ada, import.id, std::numeric_limits<int>::max(), 0)) {
    }

    reopen();
    const auto counts = get(messages().counts(ada));
    EXPECT_EQ(counts.done, messageCount);
    EXPECT_EQ(counts.all(), messageCount);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
    const Import end = get(imports().find(ada, import.id));
    EXPECT_EQ(end.state, ImportState::Done);
    EXPECT_EQ(end.fresh, messageCount);
    EXPECT_EQ(end.done, messageCount);
    EXPECT_EQ(end.duplicates(), 0);
    EXPECT_EQ(end.offersNew, jobCount);
    EXPECT_EQ(end.offersNew + end.offersUpdated, messageCount * offersEach);

    const auto page = get(offers().list(ada, {}, {}, {.limit = 1000, .offset = 0, .cursor = ""}));
    EXPECT_EQ(page.count, jobCount);
    int sightings = 0;
    for (const StoredOffer& offer : page.items) sightings += offer.sightings;
    EXPECT_EQ(sightings, messageCount * offersEach);
    EXPECT_THAT(get(store->check()), testing::IsEmpty());
}

TEST_P(CrashTest, WhatAKilledProcessHeldIsFreeForTheNextAtOnce) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({mail(ada, "one"), mail(ada, "two")}));
    TearDown();

    const pid_t child = ::fork();
    if (child == 0) {
        const auto own = valueOf(store::open(url));
        const auto claims = get(openQueue(*own)->claim(2));
        ::kill(::getpid(), claims.size() == 2 ? SIGKILL : SIGABRT);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    reopen();
    // Each alone: one of them may be what kills.
    EXPECT_THAT(get(queue->claim(5)), testing::SizeIs(1));
    EXPECT_THAT(get(queue->claim(5)), testing::SizeIs(1));
}

TEST_P(CrashTest, AMessageThatFailedBeforeComesAlone) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({mail(ada, "1"), mail(ada, "2"), mail(ada, "3")}));
    EXPECT_EQ(claimAndDie(3), 3);
    EXPECT_EQ(claimAndDie(3), 1);
}

TEST_P(CrashTest, AMessageThatKillsItsReadersIsGivenUpOnAndTheOthersGoOn) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({mail(ada, "1"), mail(ada, "2"), mail(ada, "3")}));
    const int attempts = queueOptions.maximumAttempts;
    for (int i = 0; i < attempts; ++i) EXPECT_EQ(claimAndDie(1), 1);

    std::vector<std::string> next;
    for (int turn = 0; turn < 3; ++turn)
        for (const Claim& claim : get(queue->claim(10))) next.push_back(claim.raw.key);
    EXPECT_THAT(next, testing::ElementsAre("key-2", "key-3"));
    const auto dead = get(messages().findByKey(ada, "key-1"));
    EXPECT_EQ(dead.state, MessageState::Dead);
    EXPECT_EQ(dead.attempts, attempts);
    EXPECT_FALSE(dead.reason.empty());
}

TEST_P(CrashTest, ALivingProcessKeepsWhatItHolds) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({mail(ada, "one")}));
    TearDown();

    int held[2], release[2];
    ASSERT_EQ(::pipe(held) + ::pipe(release), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto own = valueOf(store::open(url));
        const auto claims = get(openQueue(*own)->claim(1));
        char byte = claims.size() == 1 ? 'y' : 'n';
        if (::write(held[1], &byte, 1) != 1 || ::read(release[0], &byte, 1) != 1) std::_Exit(1);
        std::_Exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(held[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    reopen();
    EXPECT_THAT(get(queue->claim(5)), testing::IsEmpty());
    ASSERT_EQ(::write(release[1], "x", 1), 1);
    ::waitpid(child, nullptr, 0);
    for (const int end : {held[0], held[1], release[0], release[1]}) ::close(end);
    reopen();
    EXPECT_THAT(get(queue->claim(5)), testing::SizeIs(1));
}

TEST_P(CrashTest, TenProcessesThatStartAtOnceMakeOneSchema) {
    TearDown();
    const std::string fresh = GetParam().freshUrl(folder.path() / "fresh");
    std::vector<pid_t> children;
    for (int number = 0; number < 10; ++number) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto own = store::open(fresh);
            if (!own) std::fprintf(stderr, "%s\n", own.error().message.c_str());
            std::_Exit(!own ? 100 : static_cast<int>((*own)->migrationsApplied().size()));
        }
        children.push_back(child);
    }
    int applied = 0;
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFEXITED(status));
        ASSERT_NE(WEXITSTATUS(status), 100);
        applied += WEXITSTATUS(status);
    }
    const auto migrated = valueOf(store::open(fresh));
    EXPECT_THAT(migrated->migrationsApplied(), testing::IsEmpty());
    url = GetParam().freshUrl(folder.path() / "reference");
    reopen();
    EXPECT_EQ(applied, static_cast<int>(store->migrationsApplied().size()));
}

INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, testing::ValuesIn(queueEngines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
