#include "contract/engine.hpp"
#include "store/mailboxes.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;

constexpr int pages = 60;
constexpr int messagesAPage = 5;
constexpr int kills = 12;
constexpr milliseconds leaseLength{50};  // of the clock on the wall: what a killed worker held is free soon

// A mailbox of so many pages, read page by page as a worker does; every fifth message is no job mail.
class Reader {
  public:
    explicit Reader(const std::string& url)
        : store_(valueOf(store::open(url))), queue_(valueOf(queue::open(*store_, {.maximumDepth = 10'000}, {}))) {}

    // A byte into `progress` after each step.
    void readToTheEnd(int progress) {
        while (true) {
            const auto leases = get(store_->mailboxes().lease("worker", {"gmail"}, 1, leaseLength));
            if (leases.empty()) {
                std::this_thread::sleep_for(milliseconds(5));
                continue;
            }
            if (readOn(leases[0], progress)) return;
        }
    }

  private:
    // Whether the mailbox is read; a lease that has passed is another try.
    bool readOn(const MailboxLease& lease, int progress) {
        int page = lease.mailbox.cursor.empty() ? 0 : std::stoi(lease.mailbox.cursor);
        bool held = true;
        for (; held && page < pages; ++page) {
            std::vector<std::string> ids;
            for (int each = 0; each < messagesAPage; ++each) ids.push_back(std::to_string(page * messagesAPage + each));
            held = run(store_->mailboxes().advance(lease.key, std::to_string(page + 1), "", ids)).has_value();
            step(progress);
            held = held && fetch(lease, progress);
        }
        if (!held || !fetch(lease, progress)) return false;
        return run(store_->mailboxes().finish(lease.key, {.cursor = "", .progress = "", .due = {}, .idleRuns = 0}))
            .has_value();
    }

    bool fetch(const MailboxLease& lease, int progress) {
        const auto unfetched = run(store_->mailboxes().toFetch(lease.key, 100));
        if (!unfetched) return false;
        std::vector<RawMessage> mails;
        std::vector<FetchOutcome> skipped;
        for (const UnfetchedMessage& message : *unfetched) {
            if (std::stoi(message.sourceId) % 5 == 0) {
                skipped.push_back({.message = message.message, .reason = "It is no job mail."});
                continue;
            }
            mails.push_back(mail(lease.mailbox.user, message.sourceId));
            mails.back().source = "gmail";
            mails.back().sourceId = message.sourceId;
            mails.back().seen = message.message;
        }
        get(queue_->accept(mails));
        step(progress);
        const bool held = run(store_->mailboxes().end(lease.key, skipped)).has_value();
        step(progress);
        return held;
    }

    static void step(int progress) {
        if (::write(progress, ".", 1) != 1) std::_Exit(2);
    }

    std::unique_ptr<store::Store> store_;
    std::unique_ptr<queue::Queue> queue_;
};

// Reads in a process of its own, which is killed after so many steps and microseconds. Whether it came to its end.
bool readAndKill(const std::string& url, int steps, int microseconds) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        int status = 1;
        try {
            Reader(url).readToTheEnd(ends[1]);
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
    if (steps != std::numeric_limits<int>::max()) {
        std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
        ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) throw std::runtime_error("the reader failed by itself");
    return WIFEXITED(status);
}

class MailboxCrashTest : public StoreTest {};

TEST_P(MailboxCrashTest, KilledAtAnyMomentEveryMessageIsAccountedForOnce) {
    const UserId ada = addUser("ada@example.org");
    get(store->mailboxes().put(ada, "gmail", "{}"));
    TearDown();

    std::mt19937 random(20261124);  // NOLINT(cert-msc51-cpp): the same moments in each run
    int killed = 0;
    for (; killed < kills; ++killed) {
        const int steps = std::uniform_int_distribution(0, 16)(random);
        const int microseconds = std::uniform_int_distribution(0, 3000)(random);
        if (readAndKill(url, steps, microseconds)) break;
    }
    EXPECT_GT(killed, 5);
    EXPECT_TRUE(readAndKill(url, std::numeric_limits<int>::max(), 0));

    reopen();
    constexpr int all = pages * messagesAPage;
    const auto counts = get(messages().counts(ada));
    EXPECT_EQ(counts.all(), all);
    EXPECT_EQ(counts.seen, 0);
    EXPECT_EQ(counts.skipped, all / 5);
    EXPECT_EQ(counts.queued, all - all / 5);
    EXPECT_EQ(get(queue->depth()).waiting(), counts.queued);
    for (int number = 0; number < all; ++number)
        EXPECT_THAT(get(messages().findAtSource(ada, "gmail", std::to_string(number))), testing::SizeIs(1)) << number;
    EXPECT_THAT(get(store->check()), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, MailboxCrashTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
