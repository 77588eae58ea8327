#include "ingest/sync/sync_workers.hpp"

#include "ingest/sync/sync_progress.hpp"
#include "net/http/retry.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "support/memory_sync_backend.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

// Runs over mailboxes of a source that does as told, with a backend in memory.
namespace nextjob::ingest {
namespace {

using namespace std::chrono_literals;
using test::MemorySyncBackend;
using testing::HasSubstr;
using Fault = SourceError::Fault;
using End = FetchOutcome::End;

struct Script {
    std::function<Task<SourceResult<SyncLook>>(SyncRun&)> look = nullptr;
    std::function<FetchedMessage(const std::string&)> fetch = nullptr;
    std::function<std::optional<SourceError>()> whole = nullptr;
    std::size_t batch = 10;
    std::atomic<int> looks = 0, fetches = 0, together = 0, mostTogether = 0;
};

FetchedMessage jobMail(const std::string& id) {
    RawMessage raw{.user = 101, .key = "key:" + id, .source = "scripted", .sourceId = id, .subject = "A job for you"};
    raw.bytes = "Subject: A job for you\r\n\r\nHello\r\n";
    return {.mail = std::move(raw)};
}

class ScriptedRun final : public SourceRun {
  public:
    ScriptedRun(Script& script, SyncRun& run) : script_(script), run_(run) {}

    Task<SourceResult<SyncLook>> look() override {
        ++script_.looks;
        if (!script_.look) co_return SyncLook{};
        auto looked = co_await script_.look(run_);
        co_return looked;
    }
    Task<SourceResult<std::vector<FetchedMessage>>> fetch(std::vector<std::string> ids) override {
        ++script_.fetches;
        script_.mostTogether = std::max<int>(script_.mostTogether, ++script_.together);
        co_await net::pause(2ms);
        --script_.together;
        if (script_.whole)
            if (auto error = script_.whole()) co_return std::unexpected(std::move(*error));
        std::vector<FetchedMessage> fetched;
        for (const std::string& id : ids) fetched.push_back(script_.fetch ? script_.fetch(id) : jobMail(id));
        co_return fetched;
    }

  private:
    Script& script_;
    SyncRun& run_;
};

class ScriptedSource final : public SourceSync {
  public:
    explicit ScriptedSource(Script& script) : script_(script) {}
    std::string name() const override { return "scripted"; }
    std::size_t fetchBatch() const override { return script_.batch; }
    std::unique_ptr<SourceRun> begin(SyncRun& run) override { return std::make_unique<ScriptedRun>(script_, run); }

  private:
    Script& script_;
};

class SyncWorkersTest : public testing::Test {
  protected:
    SyncWorkersTest() {
        backend.add(1, "scripted");
        options.random = [] { return 0.5; };
    }

    // A first look that finds messages m0, m1, …
    void finds(int count) {
        script.look = [count](SyncRun& run) -> Task<SourceResult<SyncLook>> {
            std::vector<std::string> ids;
            for (int i = 0; i < count; ++i) ids.push_back(fmt::format("m{}", i));
            auto entered = co_await run.advance("listed", std::move(ids));
            if (!entered) co_return std::unexpected(std::move(entered.error()));
            co_return SyncLook{};
        };
    }
    void looksFail(SourceError error) {
        script.look = [error](SyncRun&) -> Task<SourceResult<SyncLook>> { co_return std::unexpected(error); };
    }

    void start() {
        std::vector<std::unique_ptr<SourceSync>> sources;
        sources.push_back(std::make_unique<ScriptedSource>(script));
        workers.emplace(backend, std::move(sources), metrics, observe::silentLog(), options);
    }
    // Until something is so; a failed test when it never is.
    static void await(const std::function<bool()>& isSo) {
        for (int i = 0; i < 4000; ++i) {
            if (isSo()) return;
            std::this_thread::sleep_for(5ms);
        }
        throw std::runtime_error("it does not come to that");
    }
    // Runs until the mailbox has ended that many runs.
    MemorySyncBackend::Box runs(int count = 1) {
        if (!workers) start();
        await([&] {
            const auto box = backend.box(1);
            return box.leases >= count && !box.held;
        });
        return backend.box(1);
    }
    static SyncProgress progressOf(const MemorySyncBackend::Box& box) { return readSyncProgress(box.mailbox.progress); }
    static std::chrono::milliseconds untilDue(const MemorySyncBackend::Box& box) {
        return box.mailbox.due - currentTime();
    }
    void dueAgain() {
        backend.change(1, [](auto& box) { box.mailbox.due = currentTime(); });
    }

    Script script;
    MemorySyncBackend backend;
    observe::SyncMetrics metrics;
    SyncOptions options;
    std::optional<SyncWorkers> workers;
};

TEST_F(SyncWorkersTest, BringsWhatTheSourceFindsToTheQueue) {
    finds(25);
    const auto box = runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 25U);
    for (const auto& message : backend.acceptedSoFar()) EXPECT_GT(message.seen, 0);
    for (const auto& row : box.rows) EXPECT_EQ(row.state, MessageState::Queued);
    EXPECT_EQ(box.mailbox.cursor, "listed");
    const auto progress = progressOf(box);
    EXPECT_EQ(progress.run, 1);
    EXPECT_EQ(progress.phase, SyncPhase::Idle);
    EXPECT_EQ(progress.found, 25);
    EXPECT_EQ(progress.fetched, 25);
    EXPECT_EQ(progress.queued, 25);
    EXPECT_TRUE(progress.started && progress.finished);
    EXPECT_FALSE(progress.secondsLeft);
    EXPECT_THAT(metrics.text(), HasSubstr("nextjob_sync_messages_total{outcome=\"queued\",source=\"scripted\"} 25"));
    EXPECT_THAT(metrics.text(), HasSubstr("nextjob_sync_runs_total{outcome=\"mail\",source=\"scripted\"} 1"));
}

TEST_F(SyncWorkersTest, ThousandsOfIdsAreEnteredInPieces) {
    options.messagesOfRun = 1'000'000;
    script.batch = 1000;
    finds(2500);
    EXPECT_EQ(runs().rows.size(), 2500U);
    EXPECT_EQ(progressOf(backend.box(1)).found, 2500);
}

TEST_F(SyncWorkersTest, TheFilterStopsWhatIsNoJobMailAndSaysWhy) {
    finds(4);
    backend.change(1, [](auto& box) { box.rules = {{"@never.example", false}}; });
    script.fetch = [](const std::string& id) {
        FetchedMessage fetched = jobMail(id);
        RawMessage& raw = std::get<RawMessage>(fetched.mail);
        if (id == "m1") raw.subject = "Cake", raw.bytes = "Subject: Cake\r\n\r\nOn Sunday\r\n";
        if (id == "m2") raw.sender = "a@never.example";
        if (id == "m3") fetched.unwanted = "it is in the spam folder";
        return fetched;
    };
    const auto box = runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 1U);
    EXPECT_EQ(progressOf(box).skipped, 3);
    for (int i = 1; i < 4; ++i) EXPECT_EQ(box.rows[static_cast<std::size_t>(i)].state, MessageState::Skipped);
    EXPECT_THAT(box.rows[1].reason, HasSubstr("no word of jobs"));
    EXPECT_THAT(box.rows[2].reason, HasSubstr("never read mail from @never.example"));
    EXPECT_EQ(box.rows[3].reason, "Not analysed: it is in the spam folder.");
}

TEST_F(SyncWorkersTest, AMessageThatTheUserWantsPasses) {
    backend.change(1, [](auto& box) {
        box.rows.push_back({.id = 9, .sourceId = "m1", .wanted = true});
        box.rules = {{"@never.example", false}};
    });
    script.fetch = [](const std::string& id) {
        FetchedMessage fetched = jobMail(id);
        std::get<RawMessage>(fetched.mail).sender = "a@never.example";
        fetched.unwanted = "it is in the spam folder";
        return fetched;
    };
    runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 1U);
}

TEST_F(SyncWorkersTest, MessagesThatCanNotBeHadEndWithTheirReason) {
    finds(3);
    script.fetch = [](const std::string& id) -> FetchedMessage {
        if (id == "m0") return {NotFetched{.end = End::Skipped, .reason = "deleted"}};
        if (id == "m1") return {NotFetched{.end = End::Dead, .reason = "no payload"}};
        return jobMail(id);
    };
    const auto box = runs();
    EXPECT_EQ(box.rows[0].state, MessageState::Skipped);
    EXPECT_EQ(box.rows[1].state, MessageState::Dead);
    EXPECT_EQ(box.rows[2].state, MessageState::Queued);
    EXPECT_EQ(progressOf(box).failed, 1);
}

TEST_F(SyncWorkersTest, AMessageThatFailsIsTriedEightTimes) {
    options.schedule.messageRetry = 1ms;
    options.schedule.shortest = options.schedule.longest = 1ms;
    finds(2);
    script.fetch = [](const std::string& id) -> FetchedMessage {
        if (id == "m0") return {NotFetched{.end = End::TryLater, .reason = "no answer."}};
        return jobMail(id);
    };
    start();
    await([&] { return backend.box(1).rows.size() == 2 && backend.box(1).rows[0].state == MessageState::Dead; });
    const auto box = backend.box(1);
    EXPECT_EQ(box.rows[0].attempts, 7) << "the eighth ended it";
    EXPECT_THAT(box.rows[0].reason, HasSubstr("last of 8 tries"));
    EXPECT_EQ(box.rows[1].state, MessageState::Queued);
    EXPECT_EQ(backend.acceptedSoFar().size(), 1U) << "the other was not fetched again";
}

TEST_F(SyncWorkersTest, TheNextRunComesWhenMessagesMayBeTriedAgain) {
    options.schedule.shortest = options.schedule.longest = 1h;
    finds(1);
    script.fetch = [](const std::string&) -> FetchedMessage {
        return {NotFetched{.end = End::TryLater, .reason = "no answer."}};
    };
    const auto box = runs();
    EXPECT_EQ(box.rows[0].state, MessageState::Seen);
    EXPECT_LE(untilDue(box), 10s);
}

TEST_F(SyncWorkersTest, WhatTheQueueRefusesDoesNotHoldUpItsNeighbours) {
    finds(5);
    backend.refuse = [](const RawMessage& message) -> std::optional<Error> {
        if (message.sourceId == "m2") return Error{ErrorCode::Invalid, "no such key"};
        return std::nullopt;
    };
    const auto box = runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 4U);
    EXPECT_EQ(box.rows[2].state, MessageState::Dead);
    EXPECT_EQ(box.rows[2].reason, "no such key");
}

TEST_F(SyncWorkersTest, AFullQueueEndsTheRunAndNothingIsLost) {
    finds(30);
    std::atomic<bool> full = true;
    backend.refuse = [&](const RawMessage& message) -> std::optional<Error> {
        if (full && message.sourceId == "m15") return Error{ErrorCode::Unavailable, "full"};
        return std::nullopt;
    };
    auto box = runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 10U) << "whole batches only";
    EXPECT_LE(untilDue(box), 5s);
    EXPECT_EQ(progressOf(box).phase, SyncPhase::Fetching) << "it goes on";
    EXPECT_EQ(progressOf(box).troubles, 0);
    full = false;
    dueAgain();
    box = runs(2);
    EXPECT_EQ(backend.acceptedSoFar().size(), 30U);
    EXPECT_EQ(progressOf(box).run, 1) << "the same run still";
    EXPECT_EQ(progressOf(box).found, 30);
    EXPECT_EQ(progressOf(box).queued, 30);
}

TEST_F(SyncWorkersTest, ALargeMailboxGivesOthersTheirTurn) {
    options.messagesOfRun = 20;
    options.runs = 1;
    finds(100);
    backend.add(2, "scripted");
    start();
    await([&] {
        return std::ranges::all_of(backend.box(1).rows, [](auto& row) { return row.state == MessageState::Queued; })
               && backend.box(1).rows.size() == 100 && backend.box(2).leases >= 1;
    });
    await([&] { return !backend.box(1).held; });
    EXPECT_GE(backend.box(1).leases, 5);
    EXPECT_EQ(progressOf(backend.box(1)).run, 1);
}

TEST_F(SyncWorkersTest, IdleMailboxesAreLookedAtMoreRarelyUntilSomethingComes) {
    auto box = runs();
    EXPECT_EQ(box.mailbox.idleRuns, 1);
    const auto first = untilDue(box);
    EXPECT_GT(first, 60s);
    dueAgain();
    box = runs(2);
    EXPECT_EQ(box.mailbox.idleRuns, 2);
    EXPECT_GT(untilDue(box), first);
    backend.change(1, [](auto& one) { one.mailbox.asked = currentTime(); });
    dueAgain();
    box = runs(3);
    EXPECT_EQ(box.mailbox.idleRuns, 0) << "somebody asked";
    EXPECT_LE(untilDue(box), 60s);
}

TEST_F(SyncWorkersTest, WatchedMailboxesAreLookedAtRarely) {
    script.look = [](SyncRun&) -> Task<SourceResult<SyncLook>> { co_return SyncLook{.watched = true}; };
    EXPECT_GT(untilDue(runs()), 15min);
}

TEST_F(SyncWorkersTest, TroubleIsToldAndTriedAgainAfterAWhile) {
    looksFail({Fault::Temporary, "Gmail can't be read now."});
    backend.change(1, [](auto& box) { box.rows.push_back({.id = 9, .sourceId = "m1"}); });
    auto box = runs();
    EXPECT_EQ(progressOf(box).phase, SyncPhase::Failed);
    EXPECT_EQ(progressOf(box).error, "Gmail can't be read now.");
    EXPECT_EQ(box.rows[0].state, MessageState::Queued) << "what was known already is fetched";
    EXPECT_GT(untilDue(box), 1s);
    dueAgain();
    box = runs(2);
    EXPECT_EQ(progressOf(box).troubles, 2);
    EXPECT_GT(untilDue(box), 6s);
    script.look = nullptr;
    dueAgain();
    box = runs(3);
    EXPECT_EQ(progressOf(box).phase, SyncPhase::Idle);
    EXPECT_EQ(progressOf(box).error, "");
    EXPECT_EQ(progressOf(box).troubles, 0);
}

TEST_F(SyncWorkersTest, ASourceThatSaysUntilWhenIsNotAskedEarlier) {
    const auto until = currentTime() + 1h;
    looksFail({Fault::Limited, "not now", until});
    EXPECT_EQ(runs().mailbox.due, until);
    EXPECT_EQ(script.fetches, 0);
}

TEST_F(SyncWorkersTest, ABrokenConnectionIsNotTriedAgain) {
    looksFail({Fault::Broken, "Connect the account again."});
    const auto box = runs();
    EXPECT_GT(untilDue(box), 24h * 365);
    EXPECT_TRUE(progressOf(box).broken);
    EXPECT_EQ(progressOf(box).error, "Connect the account again.");
}

TEST_F(SyncWorkersTest, AnErrorInABatchLeavesItsMessagesAndEndsTheRun) {
    finds(3);
    script.fetch = [](const std::string& id) -> FetchedMessage {
        if (id == "m1") return {SourceError{Fault::Limited, "not now", currentTime() + 1h}};
        return jobMail(id);
    };
    const auto box = runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 2U);
    EXPECT_EQ(box.rows[1].state, MessageState::Seen);
    EXPECT_EQ(box.rows[1].attempts, 0);
    EXPECT_GT(untilDue(box), 59min);
}

TEST_F(SyncWorkersTest, WhoLosesTheLeaseTouchesNothingMore) {
    finds(30);
    script.fetch = [this](const std::string& id) {
        if (id == "m10") backend.change(1, [](auto& box) { ++box.fence; });
        return jobMail(id);
    };
    start();
    await([&] { return script.fetches >= 2 && script.together == 0; });
    await([&] { return metrics.text().find("outcome=\"lost\"") != std::string::npos; });
    const auto box = backend.box(1);
    EXPECT_EQ(backend.acceptedSoFar().size(), 10U);
    EXPECT_FALSE(box.lastEnd);
}

TEST_F(SyncWorkersTest, ACursorIsNotKeptWithoutItsMessages) {
    finds(3);
    backend.trouble = [](const std::string& call) -> std::optional<Error> {
        if (call == "advance") return Error{ErrorCode::Unavailable, "away"};
        return std::nullopt;
    };
    const auto box = runs();
    EXPECT_TRUE(box.rows.empty());
    EXPECT_EQ(box.mailbox.cursor, "");
}

TEST_F(SyncWorkersTest, ABackendThatDoesNotAnswerIsWaitedFor) {
    finds(3);
    std::atomic<int> failures = 3;
    backend.trouble = [&](const std::string& call) -> std::optional<Error> {
        if (call == "lease" && failures > 0) {
            failures = 0;
            return Error{ErrorCode::Unavailable, "away"};
        }
        return std::nullopt;
    };
    runs();
    EXPECT_EQ(backend.acceptedSoFar().size(), 3U);
}

TEST_F(SyncWorkersTest, AFaultInASourceEndsItsRunOnly) {
    backend.add(2, "scripted");
    script.look = [](SyncRun& run) -> Task<SourceResult<SyncLook>> {
        if (run.mailbox().id == 1) throw std::runtime_error("a fault of ours");
        co_return SyncLook{};
    };
    EXPECT_EQ(progressOf(runs()).phase, SyncPhase::Failed);
    await([&] { return backend.box(2).leases == 1 && !backend.box(2).held; });
    EXPECT_EQ(progressOf(backend.box(2)).phase, SyncPhase::Idle);
}

TEST_F(SyncWorkersTest, ManyMailboxesRunAtOnceWithFewBatchesInMemory) {
    options.runs = 20;
    options.fetches = 3;
    for (MailboxId id = 1; id <= 40; ++id) backend.add(id, "scripted");
    finds(30);
    start();
    await([&] {
        for (MailboxId id = 1; id <= 40; ++id)
            if (backend.box(id).leases == 0 || backend.box(id).held) return false;
        return true;
    });
    EXPECT_EQ(backend.acceptedSoFar().size(), 40U * 30);
    EXPECT_LE(script.mostTogether, 3);
    EXPECT_GE(script.mostTogether, 2);
}

TEST_F(SyncWorkersTest, StopEndsAfterTheBatchInHandAndGivesTheLeaseBack) {
    finds(1000);
    start();
    await([&] { return script.fetches >= 2; });
    workers->stop();
    const auto box = backend.box(1);
    EXPECT_FALSE(box.held);
    EXPECT_LE(box.mailbox.due, currentTime()) << "whoever comes next goes on at once";
    const auto queued =
        static_cast<std::size_t>(std::ranges::count(box.rows, MessageState::Queued, &MemorySyncBackend::Row::state));
    EXPECT_EQ(queued, backend.acceptedSoFar().size());
    EXPECT_LT(queued, 1000U);
    EXPECT_EQ(progressOf(box).phase, SyncPhase::Fetching);
}

}  // namespace
}  // namespace nextjob::ingest
