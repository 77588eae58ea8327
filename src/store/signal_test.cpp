#include "store/signal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace nextjob::store {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

void waitOnce(Signal& signal, std::chrono::milliseconds patience) {
    asio::io_context loop;
    asio::co_spawn(
        loop,
        [&]() -> Task<> {
            auto waiter = co_await signal.subscribe();
            co_await Signal::wait(std::move(waiter), patience);
        },
        asio::detached);
    loop.run();
}

TEST(Signal, WhatComesBetweenSubscribeAndWaitIsNotMissed) {
    Signal signal;
    asio::io_context loop;
    bool woken = false;
    asio::co_spawn(
        loop,
        [&]() -> Task<> {
            auto waiter = co_await signal.subscribe();
            signal.notify();
            co_await Signal::wait(std::move(waiter), 1h);
            woken = true;
        },
        asio::detached);
    loop.run();
    EXPECT_TRUE(woken);
}

TEST(Signal, EachNotifyWakesWhoeverWaits) {
    Signal signal;
    std::atomic<int> woken = 0;
    std::vector<std::jthread> waiting;
    for (int waiter = 0; waiter < 4; ++waiter) {
        waiting.emplace_back([&] {
            waitOnce(signal, 1h);
            ++woken;
        });
    }
    while (woken < 4) {
        signal.notify();
        std::this_thread::yield();
    }
}

// Loops end at any moment of a notify: what the sanitizers watch for.
TEST(Signal, ALoopThatEndsIsNotWokenAnyMore) {
    Signal signal;
    std::atomic<bool> over = false;
    std::jthread notifying([&] {
        while (!over) signal.notify();
    });
    std::vector<std::jthread> waiting;
    for (int waiter = 0; waiter < 2; ++waiter) {
        waiting.emplace_back([&] {
            for (int loop = 0; loop < 500; ++loop) waitOnce(signal, 0ms);
        });
    }
    waiting.clear();
    over = true;
}

TEST(Signal, MayEndBeforeItsWaiters) {
    asio::io_context loop;
    std::shared_ptr<Signal::Waiter> kept;
    {
        Signal signal;
        asio::co_spawn(loop, [&]() -> Task<> { kept = co_await signal.subscribe(); }, asio::detached);
        loop.run();
    }
    kept.reset();
}

}  // namespace
}  // namespace nextjob::store
