#include "ingest/sync/sync_schedule.hpp"

#include <gtest/gtest.h>

namespace nextjob::ingest {
namespace {

using namespace std::chrono_literals;

constexpr double middle = 0.5;

TEST(SyncSchedule, AMailboxWithMailIsLookedAtEachMinute) {
    EXPECT_EQ(SyncSchedule().afterLook(0, false, middle), 1min);
}

TEST(SyncSchedule, AnIdleMailboxIsLookedAtEverMoreRarely) {
    const SyncSchedule schedule;
    auto last = schedule.afterLook(0, false, middle);
    for (int idle = 1; idle <= 8; ++idle) {
        const auto next = schedule.afterLook(idle, false, middle);
        EXPECT_GT(next, last);
        EXPECT_LE(next, 2 * last) << "not all of a sudden";
        last = next;
    }
    for (const int idle : {9, 100, 2'000'000'000}) EXPECT_EQ(schedule.afterLook(idle, false, middle), 30min);
}

TEST(SyncSchedule, WhereMailIsAnnouncedALookIsANet) {
    for (const int idle : {0, 3, 100}) EXPECT_EQ(SyncSchedule().afterLook(idle, true, middle), 20min);
}

TEST(SyncSchedule, MailboxesDoNotComeTogether) {
    const SyncSchedule schedule;
    EXPECT_EQ(schedule.afterLook(0, false, 0), 48s);
    EXPECT_LT(schedule.afterLook(0, false, 0.999), 72s);
    EXPECT_GT(schedule.afterLook(0, false, 0.999), 71s);
    EXPECT_EQ(schedule.afterTrouble(1, 0), 4s);
}

TEST(SyncSchedule, TroubleIsTriedAgainSoonThenRarely) {
    const SyncSchedule schedule;
    EXPECT_EQ(schedule.afterTrouble(1, middle), 5s);
    EXPECT_EQ(schedule.afterTrouble(2, middle), 10s);
    EXPECT_EQ(schedule.afterTrouble(50, middle), 30min);
}

TEST(SyncSchedule, AMessageThatFailsHasEightTriesOverTwoHours) {
    const SyncSchedule schedule;
    EXPECT_EQ(schedule.afterFailure(1), 10s);
    EXPECT_EQ(schedule.afterFailure(2), 30s);
    EXPECT_EQ(schedule.afterFailure(8), 1h);
}

}  // namespace
}  // namespace nextjob::ingest
