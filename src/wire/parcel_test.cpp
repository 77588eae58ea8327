#include "wire/parcel.hpp"

#include <gmock/gmock.h>

namespace nextjob::wire {
namespace {

using testing::HasSubstr;

RawMessage odd() {
    RawMessage raw;
    raw.user = 7;
    raw.key = std::string("k\0\xff\n", 4);
    raw.source = "gmail";
    raw.sourceId = "18c2f0";
    raw.subject = "\"quoted\" \xc3\xa4";
    raw.sender = "";
    raw.receivedAt = Timestamp(std::chrono::milliseconds(-5));
    raw.import = 3;
    raw.seen = 12;
    raw.format = MailFormat::GmailJson;
    raw.bytes = std::string("{\"a\":\"\0\"}\n\n", 11);
    raw.truncated = true;
    return raw;
}

std::string problemOf(std::string_view bytes) {
    Problems problems;
    return readParcel(bytes, problems) ? "" : sentenceOf(problems);
}

TEST(ParcelTest, BringsMailsByteForByte) {
    const RawMessage one = odd();
    RawMessage two;
    two.user = 8;
    const std::vector<ParcelMail> mails{{.ticket = 4, .message = 5, .attempts = 2, .raw = &one}, {.raw = &two}};
    const std::vector<MessageId> left{9, 10};
    const auto bytes = writeParcel(mails, ImportProgress{.import = 3, .bytesRead = 100, .seen = 2},
                                   LeaseKey{.mailbox = 6, .fence = 2}, left);
    Problems problems;
    const auto parcel = readParcel(bytes, problems);
    ASSERT_TRUE(parcel) << sentenceOf(problems);
    ASSERT_EQ(parcel->mails.size(), 2U);
    const auto& read = parcel->mails[0];
    EXPECT_EQ(read.ticket, 4);
    EXPECT_EQ(read.message, 5);
    EXPECT_EQ(read.attempts, 2);
    EXPECT_EQ(read.raw.user, one.user);
    EXPECT_EQ(read.raw.key, one.key);
    EXPECT_EQ(read.raw.source, one.source);
    EXPECT_EQ(read.raw.sourceId, one.sourceId);
    EXPECT_EQ(read.raw.subject, one.subject);
    EXPECT_EQ(read.raw.sender, one.sender);
    EXPECT_EQ(read.raw.receivedAt, one.receivedAt);
    EXPECT_EQ(read.raw.import, one.import);
    EXPECT_EQ(read.raw.seen, one.seen);
    EXPECT_EQ(read.raw.format, one.format);
    EXPECT_EQ(read.raw.bytes, one.bytes);
    EXPECT_TRUE(read.raw.truncated);
    EXPECT_FALSE(parcel->mails[1].raw.receivedAt);
    EXPECT_EQ(parcel->progress->bytesRead, 100U);
    EXPECT_EQ(parcel->lease->fence, 2);
    EXPECT_EQ(parcel->left, left);
}

TEST(ParcelTest, SaysWhatIsWrong) {
    const RawMessage one = odd();
    const std::vector<ParcelMail> mails{{.raw = &one}};
    const auto bytes = writeParcel(mails);
    EXPECT_THAT(problemOf(""), HasSubstr("a line of JSON"));
    EXPECT_THAT(problemOf("{}\n"), HasSubstr("body.mails: This field is required."));
    EXPECT_THAT(problemOf("{\"mails\":[{}]}\n"), HasSubstr("body.mails.0.user_id"));
    EXPECT_THAT(problemOf(bytes.substr(0, bytes.size() - 1)), HasSubstr("body.mails.0.sizes: The body ends"));
    EXPECT_THAT(problemOf(bytes + "x"), HasSubstr("1 bytes behind"));
    std::string endless = bytes;
    endless.replace(endless.find("\"sizes\":[4,"), 11, "\"sizes\":[70000,");
    EXPECT_THAT(problemOf(endless), HasSubstr("70000 bytes"));
}

TEST(ParcelTest, CutsWhatAMailMakesEndless) {
    RawMessage endless = odd();
    endless.subject.assign(70'000, 'x');
    const std::vector<ParcelMail> mails{{.raw = &endless}};
    Problems problems;
    const auto parcel = readParcel(writeParcel(mails), problems);
    ASSERT_TRUE(parcel);
    EXPECT_EQ(parcel->mails[0].raw.subject.size(), 65'536U);
    EXPECT_EQ(parcel->mails[0].raw.bytes, endless.bytes);
}

}  // namespace
}  // namespace nextjob::wire
