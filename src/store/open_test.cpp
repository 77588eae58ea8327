#include "store/open.hpp"

#include "contract/engine.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace nextjob::store {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

TEST(OpenTest, AUrlNamesAFileHoweverItIsCalled) {
    const contract::TemporaryFolder folder;
    for (const std::string name :
         {"plain.db", "with space.db", "100%.db", "ünïcode.db", "query?x=1#y.db", "a&b;c.db"}) {
        const fs::path file = folder.path() / "deep" / "er" / name;
        ASSERT_TRUE(open(sqliteUrl(file)).has_value()) << name;
        EXPECT_TRUE(fs::exists(file)) << name;
    }
    ASSERT_TRUE(open("sqlite:///" + folder.path().string() + "/with%20escape.db").has_value());
    EXPECT_TRUE(fs::exists(folder.path() / "with escape.db"));
}

TEST(OpenTest, ThreeSlashesAreRelative) {
    const contract::TemporaryFolder folder;
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());
    const auto opened = open("sqlite:///here.db");
    fs::current_path(before);
    ASSERT_TRUE(opened.has_value());
    EXPECT_TRUE(fs::exists(folder.path() / "here.db"));
    EXPECT_THAT((*opened)->describe(), HasSubstr((folder.path() / "here.db").string()));
}

TEST(OpenTest, AUrlThatNamesNoDatabaseSaysWhatWouldBeRight) {
    const contract::TemporaryFolder folder;
    for (const std::string url : {"", "nextjob.db", "sqlite://", "sqlite:///", "sqlite:///%", "sqlite:///a%00b",
                                  "sqlite:///a%zz", "mysql://x/y"}) {
        const auto refused = open(url);
        ASSERT_FALSE(refused.has_value()) << url;
        EXPECT_EQ(refused.error().code, ErrorCode::Invalid) << url;
        EXPECT_THAT(refused.error().message, HasSubstr("DATABASE_URL")) << url;
    }
    EXPECT_EQ(open(sqliteUrl(folder.path())).error().code, ErrorCode::Invalid) << "a folder";
}

TEST(OpenTest, APasswordInAUrlIsNotRepeated) {
    for (const std::string url :
         {"mysql://nextjob:geheim@localhost/nextjob", "postgresql://nextjob:geheim@/nextjob?host=/nowhere",
          "postgresql://nextjob:geheim@/nextjob?no_such_option=1"}) {
        const auto refused = open(url);
        ASSERT_FALSE(refused.has_value()) << url;
        EXPECT_THAT(refused.error().message, HasSubstr("DATABASE_URL"));
        EXPECT_THAT(refused.error().message, Not(HasSubstr("geheim")));
    }
}

TEST(OpenTest, AFolderThatCannotBeMadeIsNamed) {
    const contract::TemporaryFolder folder;
    std::ofstream(folder.path() / "file") << "in the way";
    const auto refused = open(sqliteUrl(folder.path() / "file" / "nextjob.db"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr((folder.path() / "file").string()));
}

}  // namespace
}  // namespace nextjob::store
