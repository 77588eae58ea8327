#include "ingest/imap/imap_state.hpp"

#include <gtest/gtest.h>

namespace nextjob::ingest {

TEST(ImapState, SettingsComeBackAsTheyWere) {
    const auto settings = readImapSettings(writeImapSettings({.folders = {"INBOX", "Entwürfe \"neu\""}, .days = 90}));
    EXPECT_EQ(settings.folders, (std::vector<std::string>{"INBOX", "Entwürfe \"neu\""}));
    EXPECT_EQ(settings.days, 90);
}

TEST(ImapState, SettingsThatAreNoneAreTheUsual) {
    for (const char* text : {"", "{}", "[]", "{", R"({"folders":[],"days":-1})", R"({"folders":7,"days":"x"})"}) {
        const auto settings = readImapSettings(text);
        EXPECT_EQ(settings.folders, std::vector<std::string>{"INBOX"}) << text;
        EXPECT_EQ(settings.days, 30) << text;
    }
    EXPECT_EQ(readImapSettings(R"({"days":4000000000})").days, ImapSettings::mostDays);
}

TEST(ImapState, CursorsComeBackAsTheyWere) {
    const ImapCursor cursor{{"INBOX", {1700000000, 0}}, {"Jobs/Über & mehr", {4294967295, 4294967295}}};
    EXPECT_EQ(readImapCursor(writeImapCursor(cursor)), cursor);
}

TEST(ImapState, CursorsThatAreNoneCountAsNone) {
    for (const char* text : {"", "7", R"({"INBOX":5})", R"({"INBOX":{"uid":5}})", R"({"INBOX":{"uidvalidity":-1}})",
                             R"({"INBOX":{"uidvalidity":4294967296,"uid":1}})"})
        EXPECT_TRUE(readImapCursor(text).empty()) << text;
}

TEST(ImapState, MailsAreNamedForGood) {
    const ImapMailId id{.folder = "100% Jobs/Über", .uidValidity = 17, .uid = 42};
    const auto text = writeImapMailId(id);
    EXPECT_EQ(text, "100%25 Jobs%2FÜber/17/42");
    const auto read = readImapMailId(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->folder, id.folder);
    EXPECT_EQ(read->uidValidity, 17U);
    EXPECT_EQ(read->uid, 42U);
}

TEST(ImapState, NamesOfNoMailAreRefused) {
    for (const char* text : {"", "/", "INBOX", "INBOX/1", "INBOX/0/1", "INBOX/1/0", "INBOX/1/-1", "INBOX/1/4294967296",
                             "/1/2", "a%2/1/2", "a%zz/1/2", "INBOX/1/2 "})
        EXPECT_FALSE(readImapMailId(text)) << text;
}

}  // namespace nextjob::ingest
