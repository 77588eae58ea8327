#include "contract/engine.hpp"
#include "queue/queue.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nextjob::queue {
namespace {

using contract::get;

class DyingWorkerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto store = contract::valueOf(store::open(url_));
        user_ = get(store->users().create({.email = "ada@example.org", .passwordHash = "x", .fullName = ""})).id;
        auto queue = contract::valueOf(queue::open(*store));
        std::vector<RawMessage> mails;
        for (const char* name : {"1", "2", "3"}) mails.push_back(contract::mail(user_, name));
        get(queue->accept(mails));
    }

    // A process that claims up to `count` messages and dies while it holds them. How many it got.
    int claimAndDie(int count) {
        const pid_t child = ::fork();
        if (child == 0) {
            auto store = contract::valueOf(store::open(url_));
            auto queue = contract::valueOf(queue::open(*store));
            std::_Exit(static_cast<int>(get(queue->claim(count)).size()));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    }

    contract::TemporaryFolder folder_;
    const std::string url_ = store::sqliteUrl(folder_.path() / "test.db");
    UserId user_ = 0;
};

TEST_F(DyingWorkerTest, AMessageThatFailedBeforeComesAlone) {
    EXPECT_EQ(claimAndDie(3), 3);
    EXPECT_EQ(claimAndDie(3), 1);
}

TEST_F(DyingWorkerTest, AMessageThatKillsItsReadersIsGivenUpOnAndTheOthersGoOn) {
    const int attempts = Options{}.maximumAttempts;
    for (int i = 0; i < attempts; ++i) EXPECT_EQ(claimAndDie(1), 1);

    auto store = contract::valueOf(store::open(url_));
    auto queue = contract::valueOf(queue::open(*store));
    const auto next = get(queue->claim(10));
    ASSERT_EQ(next.size(), 2U);
    EXPECT_EQ(next[0].raw.key, contract::mail(user_, "2").key);
    const auto dead = get(store->messages().findByKey(user_, contract::mail(user_, "1").key));
    EXPECT_EQ(dead.state, MessageState::Dead);
    EXPECT_EQ(dead.attempts, attempts);
    EXPECT_FALSE(dead.reason.empty());
}

}  // namespace
}  // namespace nextjob::queue
