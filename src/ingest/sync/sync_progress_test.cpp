#include "ingest/sync/sync_progress.hpp"

#include <gtest/gtest.h>

namespace nextjob::ingest {
namespace {

TEST(SyncProgress, IsReadAsItWasWritten) {
    const Timestamp start{std::chrono::milliseconds(1'790'000'000'123)};
    const SyncProgress progress{.run = 7,
                                .phase = SyncPhase::Fetching,
                                .started = start,
                                .finished = start + std::chrono::seconds(9),
                                .found = 120,
                                .fetched = 100,
                                .queued = 60,
                                .skipped = 38,
                                .failed = 2,
                                .secondsLeft = 3,
                                .error = "Gmail answered 503",
                                .notice = "There is no folder Jobs.",
                                .troubles = 2,
                                .broken = true,
                                .retryAt = start + std::chrono::hours(1)};
    const SyncProgress read = readSyncProgress(writeSyncProgress(progress));
    EXPECT_EQ(writeSyncProgress(read), writeSyncProgress(progress));
    EXPECT_EQ(read.phase, SyncPhase::Fetching);
    EXPECT_EQ(read.started, start);
    EXPECT_EQ(read.secondsLeft, 3);
    EXPECT_EQ(read.error, "Gmail answered 503");
    EXPECT_EQ(read.notice, "There is no folder Jobs.");
    EXPECT_TRUE(read.broken);
}

TEST(SyncProgress, HasNoFieldForWhatIsNotKnown) {
    EXPECT_EQ(writeSyncProgress({}),
              R"({"run":0,"phase":"idle","found":0,"fetched":0,"queued":0,"skipped":0,"failed":0})");
}

TEST(SyncProgress, AnythingElseIsNoProgress) {
    for (const char* text : {"", "{", "[]", "null", R"({"run":-1,"phase":7,"found":"many","started":"soon"})"})
        EXPECT_EQ(writeSyncProgress(readSyncProgress(text)), writeSyncProgress({})) << text;
}

}  // namespace
}  // namespace nextjob::ingest
