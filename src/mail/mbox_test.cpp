#include "mail/mbox.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string_view>
#include <vector>

namespace nextjob::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Mbox : public ::testing::Test {
  protected:
    std::filesystem::path write(std::string_view bytes) {
        const auto path = directory_.path() / "box.mbox";
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

    std::vector<MboxEntry> read(std::string_view bytes, std::size_t limit = 1U << 20) {
        std::vector<MboxEntry> entries;
        auto reader = MboxReader::open(write(bytes), limit);
        EXPECT_TRUE(reader.has_value()) << reader.error().message;
        while (reader) {
            auto entry = reader->next();
            EXPECT_TRUE(entry.has_value());
            if (!entry || !*entry) break;
            entries.push_back(std::move(**entry));
        }
        if (reader) {
            EXPECT_EQ(reader->position(), reader->fileSize());
        }
        return entries;
    }

    std::vector<std::string> bytesOf(std::string_view bytes) {
        std::vector<std::string> all;
        for (auto& entry : read(bytes)) all.push_back(std::move(entry.bytes));
        return all;
    }

    TemporaryDirectory directory_;
};

TEST_F(Mbox, SplitsMessagesAtSeparators) {
    EXPECT_THAT(bytesOf("From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\n\nFrom 178@xxx Mon Mar 02 "
                        "09:31:00 +0000 2026\nSubject: 2\n\ntwo\n"),
                ElementsAre("Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"));
    EXPECT_THAT(bytesOf("From a@b Mon Mar  2 09:30:00 2026\r\nSubject: 1\r\n\r\none\r\n\r\nFrom - Mon Mar  2 "
                        "09:31:00 2026\r\nSubject: 2\r\n\r\ntwo\r\n"),
                ElementsAre("Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"));
}

TEST_F(Mbox, TextThatBeginsWithFromIsNoSeparator) {
    EXPECT_THAT(bytesOf("From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\nDear Ann,\n\nFrom now on\nthere "
                        "is\nFrom here to 12:30\nbread\n"),
                ElementsAre("Subject: 1\n\nDear Ann,\n\nFrom now on\nthere is\nFrom here to 12:30\nbread\n"));
}

TEST_F(Mbox, FindsSeparatorsWithoutTheEmptyLine) {
    EXPECT_THAT(bytesOf("From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\nFrom a@b Mon Mar  2 09:30:00 "
                        "2026\nSubject: 2\n\ntwo"),
                ElementsAre("Subject: 1\n\none", "Subject: 2\n\ntwo"));
    EXPECT_THAT(bytesOf("From - \nSubject: 1\n\none\nFrom - \nSubject: 2\n\ntwo"),
                ElementsAre("Subject: 1\n\none", "Subject: 2\n\ntwo"));
}

TEST_F(Mbox, AMessageThatBringsItsOwnSeparatorIsOne) {
    EXPECT_THAT(bytesOf("From 1@xxx Mon Mar  2 09:30:00 2026\nFrom a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\n"),
                ElementsAre("From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\n"));
}

TEST_F(Mbox, UnescapesFromLines) {
    EXPECT_THAT(bytesOf("From a@b Mon Mar  2 09:30:00 2026\n>From x\n>>From y\n> From z\n>Fromage\n\n>From end"),
                ElementsAre("From x\n>From y\n> From z\n>Fromage\n\nFrom end"));
}

TEST_F(Mbox, TellsWhereMessagesStand) {
    const std::string first = "From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\n\n";
    const std::string second = "From a@b Mon Mar  2 09:30:00 2026\nSubject: 2\n\ntwo\n";
    const auto entries = read(first + second);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].offset, 0U);
    EXPECT_EQ(entries[0].size, first.size());
    EXPECT_EQ(entries[1].offset, first.size());
    EXPECT_EQ(entries[1].size, second.size());
}

TEST_F(Mbox, CutsMessagesOverTheLimitAndGoesOn) {
    const std::string big(3U << 20, 'x');
    const auto entries = read("From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\n" + big
                                  + "\n\nFrom a@b Mon Mar  2 09:30:00 2026\nSubject: 2\n\ntwo\n",
                              1000);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_TRUE(entries[0].truncated);
    EXPECT_EQ(entries[0].bytes.size(), 1000U);
    EXPECT_GT(entries[0].size, big.size());
    EXPECT_FALSE(entries[1].truncated);
    EXPECT_EQ(entries[1].bytes, "Subject: 2\n\ntwo\n");
}

TEST_F(Mbox, SeparatorsAreFoundWhereverTheyFallInTheBuffer) {
    const std::string separator = "From a@b Mon Mar  2 09:30:00 2026\n";
    for (std::size_t fill = (1U << 20) - 90; fill < (1U << 20) + 10; fill += 3) {
        const auto entries =
            read(separator + "S: 1\n\n" + std::string(fill, 'x') + "\n\n" + separator + "S: 2\n\ntwo\n", 4U << 20);
        ASSERT_EQ(entries.size(), 2U) << fill;
        EXPECT_EQ(entries[0].bytes.size(), 6 + fill + 1);
        EXPECT_EQ(entries[1].bytes, "S: 2\n\ntwo\n");
    }
}

TEST_F(Mbox, ReadsFilesThatEndAnywhere) {
    const std::string whole =
        "From a@b Mon Mar  2 09:30:00 2026\nSubject: 1\n\none\n\nFrom a@b Mon Mar  2 09:30:00 2026\nSubject: "
        "2\n\ntwo\n";
    for (std::size_t size = 5; size <= whole.size(); ++size) {
        std::uint64_t sum = 0;
        for (const auto& entry : read(std::string_view(whole).substr(0, size))) sum += entry.size;
        EXPECT_EQ(sum, size);
    }
}

TEST_F(Mbox, NulsAndEmptyFilesAreRead) {
    EXPECT_THAT(bytesOf(std::string_view("From a@b Mon Mar  2 09:30:00 2026\na\0b", 37)),
                ElementsAre(std::string("a\0b", 3)));
    EXPECT_TRUE(bytesOf("").empty());
    EXPECT_TRUE(bytesOf("\n\n").empty());
}

TEST_F(Mbox, SaysWhatIsWrongWithAFile) {
    const auto missing = MboxReader::open(directory_.path() / "none");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);

    const auto folder = MboxReader::open(directory_.path());
    ASSERT_FALSE(folder.has_value());
    EXPECT_EQ(folder.error().code, ErrorCode::Invalid);
    EXPECT_THAT(folder.error().message, HasSubstr("is a directory"));

    const auto message = MboxReader::open(write("Subject: x\n\ny"));
    ASSERT_FALSE(message.has_value());
    EXPECT_THAT(message.error().message, HasSubstr("single message"));

    const auto binary =
        MboxReader::open(write("\x7F"
                               "ELF"));
    ASSERT_FALSE(binary.has_value());
    EXPECT_THAT(binary.error().message, HasSubstr("not an mbox"));
}

TEST_F(Mbox, SaysWhenItMayNotRead) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    const auto path = write("From a\n");
    ASSERT_EQ(::chmod(path.c_str(), 0), 0);
    const auto reader = MboxReader::open(path);
    ASSERT_FALSE(reader.has_value());
    EXPECT_EQ(reader.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace nextjob::mail
