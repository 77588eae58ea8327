#include "api/middleware/rate_limit.hpp"

#include <gtest/gtest.h>

namespace nextjob::api {

using namespace std::chrono_literals;

TEST(RateLimiter, GivesABurstAndThenOneAnInterval) {
    RateLimiter limiter(3, 2000ms);
    const RateLimiter::Clock::time_point start{1h};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.take("a", start));
    EXPECT_EQ(limiter.take("a", start), 2s);
    EXPECT_EQ(limiter.wait("a", start + 500ms), 2s);
    EXPECT_FALSE(limiter.take("a", start + 2s));
    EXPECT_EQ(limiter.take("a", start + 2s), 2s);
    EXPECT_FALSE(limiter.take("b", start)) << "keys have nothing to do with each other";
}

TEST(RateLimiter, NeverGivesMoreThanTheBurst) {
    RateLimiter limiter(2, 10ms);
    const RateLimiter::Clock::time_point start{1h};
    EXPECT_FALSE(limiter.take("a", start));
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(limiter.take("a", start + 1h));
    EXPECT_TRUE(limiter.take("a", start + 1h));
}

TEST(RateLimiter, LooksWithoutTaking) {
    RateLimiter limiter(1, 1000ms);
    const RateLimiter::Clock::time_point start{1h};
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(limiter.wait("a", start));
    EXPECT_FALSE(limiter.take("a", start));
    EXPECT_TRUE(limiter.wait("a", start));
}

}  // namespace nextjob::api
