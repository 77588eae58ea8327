#include "ingest/files/file_reader.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace nextjob::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileReaderTest : public ::testing::Test {
  protected:
    std::filesystem::path write(const std::string& name, std::string_view content) {
        const auto path = directory.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

    struct Outcome {
        std::vector<FileMessage> messages;
        std::vector<std::string> errors;
    };
    static Outcome readAll(const std::vector<std::filesystem::path>& files, std::size_t limit = 1U << 20) {
        FileReader reader(files, limit);
        Outcome outcome;
        while (true) {
            auto message = reader.next();
            if (!message) {
                outcome.errors.push_back(message.error().message);
                continue;
            }
            if (!*message) break;
            outcome.messages.push_back(std::move(**message));
        }
        EXPECT_EQ(reader.position(), reader.totalBytes());
        return outcome;
    }

    TemporaryDirectory directory;
};

constexpr std::string_view mail = "From: a@b.example\nSubject: x\n\nHello\n";
constexpr std::string_view mbox =
    "From a@b.example Mon Mar  2 08:00:00 2026\nSubject: one\n\n>From here\n\n"
    "From a@b.example Mon Mar  2 08:00:00 2026\nSubject: two\n\nbody\n";

TEST_F(FileReaderTest, TellsMboxMailAndJsonApartByContent) {
    const auto one = write("export.txt", mbox);
    const auto two = write("mail.eml", mail);
    const auto three = write("18f.json", R"({"id":"18f","payload":{}})");
    const auto outcome = readAll({one, two, three});
    ASSERT_EQ(outcome.messages.size(), 4U);
    EXPECT_EQ(outcome.messages[0].offset, 0U);
    EXPECT_THAT(outcome.messages[0].bytes, HasSubstr("\nFrom here"));
    EXPECT_TRUE(outcome.messages[1].offset.value() > 0);
    EXPECT_EQ(outcome.messages[2].bytes, mail);
    EXPECT_EQ(outcome.messages[2].file, two.string());
    EXPECT_FALSE(outcome.messages[2].offset);
    EXPECT_THAT(outcome.errors, ElementsAre());
}

TEST_F(FileReaderTest, GoesOnAfterAFileThatFails) {
    const auto empty = write("empty.eml", "");
    const auto good = write("good.eml", mail);
    const auto outcome = readAll({directory.path() / "missing.eml", empty, good});
    EXPECT_EQ(outcome.messages.size(), 1U);
    EXPECT_THAT(outcome.errors, ElementsAre(HasSubstr("missing.eml: No such file"), HasSubstr("is empty")));
}

TEST_F(FileReaderTest, SaysWhatToDoWithArchives) {
    const auto outcome = readAll({write("t.zip", "PK\x03\x04..."), write("t.tgz", "\x1f\x8b..."),
                                  write("t.pdf", "%PDF-1.7"), write("list.json", "[{}]")});
    EXPECT_THAT(outcome.errors, ElementsAre(HasSubstr("Unpack"), HasSubstr("Unpack"), HasSubstr(".eml"),
                                            HasSubstr("one message a file")));
}

TEST_F(FileReaderTest, WalksDirectoriesInTheOrderOfNames) {
    write("box/b.eml", mail);
    write("box/a.eml", mail);
    write("box/notes.txt", "no mail");
    write("box/settings.json", R"({"theme":"dark"})");
    write("box/maildir/cur/1700.host:2,S", mail);
    const auto outcome = readAll({directory.path() / "box"});
    std::vector<std::string> names;
    for (const auto& message : outcome.messages)
        names.push_back(std::filesystem::path(message.file).filename().string());
    EXPECT_THAT(names, ElementsAre("a.eml", "b.eml", "1700.host:2,S"));
    EXPECT_THAT(outcome.errors, ElementsAre());
}

TEST_F(FileReaderTest, SaysThatADirectoryHoldsNoMail) {
    write("photos/cat.png", "x");
    EXPECT_THAT(readAll({directory.path() / "photos"}).errors, ElementsAre(HasSubstr("a directory without mail")));
}

TEST_F(FileReaderTest, CutsAMessageOverTheLimitButNotJson) {
    const auto large = write("large.eml", std::string(mail) + std::string(5000, 'x'));
    const auto json = write("large.json", "{\"id\":\"" + std::string(5000, 'x') + "\"}");
    const auto outcome = readAll({large, json}, 1000);
    ASSERT_EQ(outcome.messages.size(), 1U);
    EXPECT_TRUE(outcome.messages[0].truncated);
    EXPECT_EQ(outcome.messages[0].bytes.size(), 1000U);
    EXPECT_EQ(outcome.messages[0].size, mail.size() + 5000);
    EXPECT_THAT(outcome.errors, ElementsAre(HasSubstr("the most that a message in JSON")));
}

}  // namespace
}  // namespace nextjob::ingest
