#include "net/imap/folder_name.hpp"

#include <gtest/gtest.h>

namespace nextjob::net {

TEST(FolderName, PlainNamesStayAsTheyAre) {
    EXPECT_EQ(encodedFolder("INBOX/Job offers (2026)"), "INBOX/Job offers (2026)");
    EXPECT_EQ(decodedFolder("INBOX/Job offers (2026)"), "INBOX/Job offers (2026)");
}

TEST(FolderName, GoesToUtf7AndBack) {
    const std::pair<const char*, const char*> names[] = {{"Entwürfe", "Entw&APw-rfe"},
                                                         {"R&D", "R&-D"},
                                                         {"日本語", "&ZeVnLIqe-"},
                                                         {"ü-ö", "&APw--&APY-"},
                                                         {"💼", "&2D3cvA-"}};
    for (const auto& [name, encoded] : names) {
        EXPECT_EQ(encodedFolder(name), encoded);
        EXPECT_EQ(decodedFolder(encoded), name);
    }
}

TEST(FolderName, HasNoControlCharactersOnItsWay) {
    const auto encoded = encodedFolder("a\r\nA1 LOGOUT");
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->find_first_of("\r\n"), std::string::npos);
    EXPECT_EQ(decodedFolder(*encoded), "a\r\nA1 LOGOUT");
}

TEST(FolderName, RefusesWhatIsNoName) {
    EXPECT_FALSE(encodedFolder("\xff"));
    for (const char* wrong : {"&", "&APw", "&A-", "&2D0-", "&3Lw-", "&AEE-", "&!!!!-", "\xc3\xbc", "&APwB"})
        EXPECT_FALSE(decodedFolder(wrong)) << wrong;
}

}  // namespace nextjob::net
