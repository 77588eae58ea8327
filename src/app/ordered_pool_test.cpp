#include "app/ordered_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace nextjob::app {
namespace {

std::function<std::optional<int>()> countTo(int end) {
    return [end, i = 0]() mutable { return i < end ? std::optional(i++) : std::nullopt; };
}

TEST(OrderedPool, KeepsTheOrderOfItsItems) {
    OrderedPool<int, int> pool({.threads = 4, .items = 7}, [](int i) {
        if (i % 5 == 0) std::this_thread::yield();
        return i * 2;
    });
    std::vector<int> taken;
    pool.run(
        countTo(1000), [](int) { return std::size_t{1}; },
        [&](int i) {
            taken.push_back(i);
            return true;
        });
    ASSERT_EQ(taken.size(), 1000U);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(taken[static_cast<std::size_t>(i)], 2 * i);
}

TEST(OrderedPool, BoundsWhatIsUnderWay) {
    std::atomic<int> begun = 0;
    OrderedPool<int, int> pool({.threads = 2, .items = 100, .cost = 30}, [](int i) { return i; });
    int taken = 0;
    int most = 0;
    pool.run(
        [&, i = 0]() mutable {
            ++begun;
            most = std::max(most, begun - taken);
            return i < 100 ? std::optional(i++) : std::nullopt;
        },
        [](int) { return std::size_t{10}; },
        [&](int) {
            ++taken;
            return true;
        });
    EXPECT_EQ(taken, 100);
    EXPECT_LE(most, 4);  // three under way, and the one that is about to be
}

TEST(OrderedPool, LetsOneItemOverTheCostPass) {
    OrderedPool<int, int> pool({.threads = 2, .items = 10, .cost = 5}, [](int i) { return i; });
    int taken = 0;
    pool.run(countTo(3), [](int) { return std::size_t{100}; }, [&](int) { return ++taken != 0; });
    EXPECT_EQ(taken, 3);
}

TEST(OrderedPool, StopsWhenAsked) {
    OrderedPool<int, int> pool({.threads = 2, .items = 4}, [](int i) { return i; });
    int taken = 0;
    pool.run(countTo(1'000'000), [](int) { return std::size_t{1}; }, [&](int) { return ++taken < 10; });
    EXPECT_EQ(taken, 10);
}

}  // namespace
}  // namespace nextjob::app
