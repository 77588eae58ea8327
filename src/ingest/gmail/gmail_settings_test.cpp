#include "ingest/gmail/gmail_settings.hpp"

#include "ingest/gmail/gmail_cursor.hpp"

#include <gmock/gmock.h>

namespace nextjob::ingest {
namespace {

using testing::HasSubstr;

const Timestamp moment{std::chrono::seconds(1'790'000'000)};

TEST(GmailSettings, SearchesForJobMailOfAQuarter) {
    const auto settings = readGmailSettings("{}");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->days, 90);
    const std::string search = settings->search(moment);
    EXPECT_TRUE(search.starts_with("{job jobs ")) << search;
    EXPECT_TRUE(search.ends_with("} after:1790000000")) << search;
    EXPECT_THAT(search, HasSubstr("\"your application\""));
    EXPECT_LT(search.size(), 1500U) << "it goes into an address";
}

TEST(GmailSettings, TakesTheUsersWishes) {
    const auto settings = readGmailSettings(R"({"days":7,"query":"label:jobs"})");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->days, 7);
    EXPECT_EQ(settings->search(moment), "label:jobs after:1790000000");
}

TEST(GmailSettings, RefusesWhatIsNone) {
    for (const char* text : {"", "[]", "{", R"({"days":0})", R"({"days":3651})", R"({"days":"7"})", R"({"days":1.5})",
                             R"({"query":7})", R"({"query":"a\nb"})", R"({"dais":7})"})
        EXPECT_FALSE(readGmailSettings(text)) << text;
    EXPECT_FALSE(readGmailSettings("{\"query\":\"" + std::string(1501, 'x') + "\"}"));
}

TEST(GmailCursor, IsReadAsItWasWritten) {
    GmailCursor cursor;
    cursor.history = 18'446'744'073'709'551'615U;
    cursor.historyPage = "p1";
    cursor.searches = {"after:1", "{a \"b c\"} after:2"};
    cursor.listPage = "p2";
    cursor.synced = moment;
    cursor.watchEnds = moment + std::chrono::days(7);
    cursor.watchTopic = "projects/p/topics/t";
    EXPECT_EQ(writeGmailCursor(readGmailCursor(writeGmailCursor(cursor))), writeGmailCursor(cursor));
    EXPECT_EQ(readGmailCursor(writeGmailCursor(cursor)).history, cursor.history);
    EXPECT_EQ(readGmailCursor(writeGmailCursor(cursor)).searches, cursor.searches);
}

TEST(GmailCursor, AnythingElseIsTheBeginning) {
    for (const char* text :
         {"", "{", "[]", R"({"history":12})", R"({"history":"-1"})", R"({"history":"12x"})", R"({"history_page":"p"})"})
        EXPECT_EQ(writeGmailCursor(readGmailCursor(text)), writeGmailCursor({})) << text;
}

}  // namespace
}  // namespace nextjob::ingest
