#include "contract/engine.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ImportsTest : public StoreTest {
  protected:
    Import start(UserId user, ImportState state = ImportState::Reading) {
        return get(imports().create(
            {.user = user, .fileName = "Takeout.mbox", .spoolPath = "/spool/1", .bytes = 5000, .state = state}));
    }

    RawMessage mailOf(const Import& import, const std::string& name) {
        RawMessage message = mail(import.user, name);
        message.import = import.id;
        return message;
    }
};

TEST_P(ImportsTest, AnImportCountsItsMessagesAndEndsWithTheLastOne) {
    const UserId ada = addUser("ada@example.org");
    get(queue->accept({mail(ada, "old")}));
    const Import import = start(ada);
    get(queue->accept({mailOf(import, "old"), mailOf(import, "a"), mailOf(import, "b"), mailOf(import, "c")},
                      ImportProgress{.import = import.id, .bytesRead = 4000, .seen = 4}));
    Import now = get(imports().find(ada, import.id));
    EXPECT_EQ(now.bytesRead, 4000U);
    EXPECT_EQ(now.seen, 4);
    EXPECT_EQ(now.fresh, 3);
    EXPECT_EQ(now.duplicates(), 1);
    EXPECT_EQ(now.pending(), 3);

    EXPECT_EQ(get(imports().readingFinished({.import = import.id, .bytesRead = 5000, .seen = 4})).state,
              ImportState::Analysing);
    for (const auto& claim : get(queue->claim(10))) {
        if (claim.raw.key == "key-a") {
            get(offers().ingest({analysed(ada, claim.message, {sighting("A", "", "a"), sighting("B", "", "b")})}));
        } else if (claim.raw.key == "key-b") {
            AnalysedMessage skipped = analysed(ada, claim.message, {});
            skipped.state = MessageState::Skipped;
            get(offers().ingest({skipped}));
        } else if (claim.raw.key == "key-c") {
            check(queue->deadLetter(claim, "Not a mail."));
        }
    }
    now = get(imports().find(ada, import.id));
    EXPECT_EQ(now.state, ImportState::Done);
    EXPECT_TRUE(now.finished.has_value());
    EXPECT_EQ(now.done, 1);
    EXPECT_EQ(now.skipped, 1);
    EXPECT_EQ(now.dead, 1);
    EXPECT_EQ(now.offersNew, 2);
    EXPECT_EQ(now.pending(), 0);

    EXPECT_EQ(get(queue->revive(ada)), 1);
    now = get(imports().find(ada, import.id));
    EXPECT_EQ(now.state, ImportState::Analysing);
    EXPECT_EQ(now.pending(), 1);
    get(offers().ingest({analysed(ada, get(queue->claim(1)).at(0).message, {sighting("A", "", "a")})}));
    now = get(imports().find(ada, import.id));
    EXPECT_EQ(now.state, ImportState::Done);
    EXPECT_EQ(now.offersUpdated, 1);
}

TEST_P(ImportsTest, ReadingAFileAgainAfterACrashTellsTheTruth) {
    const UserId ada = addUser("ada@example.org");
    const Import import = start(ada);
    get(queue->accept({mailOf(import, "a"), mailOf(import, "b")},
                      ImportProgress{.import = import.id, .bytesRead = 100, .seen = 2}));
    get(queue->accept({mailOf(import, "a"), mailOf(import, "b"), mailOf(import, "c")},
                      ImportProgress{.import = import.id, .bytesRead = 150, .seen = 3}));
    const Import now = get(imports().find(ada, import.id));
    EXPECT_EQ(now.seen, 3);
    EXPECT_EQ(now.fresh, 3);
    EXPECT_EQ(now.duplicates(), 0);
}

TEST_P(ImportsTest, AnImportWithNothingNewIsDoneWhenRead) {
    const UserId ada = addUser("ada@example.org");
    const Import import = start(ada);
    EXPECT_EQ(get(imports().readingFinished({.import = import.id, .bytesRead = 5000, .seen = 0})).state,
              ImportState::Done);
    EXPECT_THAT(get(imports().unfinished()), IsEmpty());
}

TEST_P(ImportsTest, ItsStatesFollowEachOther) {
    const UserId ada = addUser("ada@example.org");
    const Import receiving = start(ada, ImportState::Receiving);
    check(imports().received(receiving.id, 6000));
    EXPECT_EQ(get(imports().find(ada, receiving.id)).state, ImportState::Reading);
    EXPECT_EQ(get(imports().find(ada, receiving.id)).bytes, 6000U);
    EXPECT_EQ(errorOf(imports().received(receiving.id, 7000)), ErrorCode::Conflict);
    EXPECT_EQ(errorOf(imports().received(receiving.id + 9, 7000)), ErrorCode::NotFound);
    ASSERT_THAT(get(imports().unfinished()), SizeIs(1));
    check(imports().fail(receiving.id, "Not an mbox."));
    const Import failed = get(imports().find(ada, receiving.id));
    EXPECT_EQ(failed.state, ImportState::Failed);
    EXPECT_EQ(failed.error, "Not an mbox.");
    EXPECT_THAT(get(imports().unfinished()), IsEmpty());
}

TEST_P(ImportsTest, WhatIsNotReadYetIsCountedAUser) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    EXPECT_EQ(get(imports().unreadBytes(ada)), 0U);
    const auto make = [&](UserId user, std::uint64_t bytes) {
        return get(imports().create(
            {.user = user, .fileName = "x", .spoolPath = "x", .bytes = bytes, .state = ImportState::Reading}));
    };
    const Import first = make(ada, 30'000'000'000);
    const Import second = make(ada, 12);
    make(eve, 5);
    EXPECT_EQ(get(imports().unreadBytes(ada)), 30'000'000'012U);
    check(imports().fail(first.id, "Not an mbox."));
    EXPECT_EQ(get(imports().unreadBytes(ada)), 12U);
    get(imports().readingFinished({.import = second.id, .bytesRead = 12, .seen = 0}));
    EXPECT_EQ(get(imports().unreadBytes(ada)), 0U);
}

TEST_P(ImportsTest, AUserSeesOnlyTheirOwnImports) {
    const UserId ada = addUser("ada@example.org");
    const UserId eve = addUser("eve@example.org");
    const Import first = start(ada);
    const Import second = start(ada);
    EXPECT_EQ(errorOf(imports().find(eve, first.id)), ErrorCode::NotFound);
    EXPECT_THAT(get(imports().list(eve, {})).items, IsEmpty());
    const auto mine = get(imports().list(ada, {}));
    ASSERT_THAT(mine.items, SizeIs(2));
    EXPECT_EQ(mine.items[0].id, second.id);
    EXPECT_EQ(errorOf(imports().create({.user = eve + 9, .fileName = "x", .spoolPath = "", .bytes = 0})),
              ErrorCode::NotFound);
}

INSTANTIATE_TEST_SUITE_P(Engines, ImportsTest, testing::ValuesIn(queueEngines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
