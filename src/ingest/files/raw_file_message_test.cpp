#include "ingest/files/raw_file_message.hpp"

#include <gtest/gtest.h>

namespace nextjob::ingest {
namespace {

RawMessage raw(std::string bytes) { return rawMessage({.file = "x", .offset = {}, .bytes = std::move(bytes)}, 7, 3); }

TEST(RawFileMessage, IsTheSameFromMboxAndFromGmail) {
    const auto mail =
        raw("Subject: x\r\nMessage-Id:\r\n <a@b.example>\r\nDate: Mon, 2 Mar 2026\r\n 08:00 +0000\r\n\r\nbody");
    const auto gmail = raw(R"({"id":"18f","payload":{"headers":[{"name":"Date","value":"Mon, 2 Mar 2026 08:00 +0000"},
                               {"name":"Message-ID","value":"<a@b.example>"}]}})");
    EXPECT_EQ(mail.key, gmail.key);
    EXPECT_EQ(mail.format, MailFormat::Rfc822);
    EXPECT_EQ(mail.source, "file");
    EXPECT_EQ(mail.sourceId, "<a@b.example>");
    EXPECT_EQ(gmail.format, MailFormat::GmailJson);
    EXPECT_EQ(gmail.source, "gmail");
    EXPECT_EQ(gmail.sourceId, "18f");
    EXPECT_EQ(gmail.user, 7);
    EXPECT_EQ(gmail.import, 3);
}

TEST(RawFileMessage, KeepsMailsApartWhoseSenderRepeatsItsIds) {
    EXPECT_NE(raw("Message-ID: <1@x>\nDate: Mon\n\n").key, raw("Message-ID: <1@x>\nDate: Tue\n\n").key);
}

TEST(RawFileMessage, HashesWhatHasNoId) {
    const auto one = raw("Subject: a\n\nbody\nMessage-ID: <not-a-header@x>\n");
    EXPECT_TRUE(one.key.starts_with("hash:"));
    EXPECT_EQ(one.key, raw("Subject: a\n\nbody\nMessage-ID: <not-a-header@x>\n").key);
    EXPECT_NE(one.key, raw("Subject: b\n\nbody\n").key);
    EXPECT_EQ(raw(R"({"id":"18f"})").key, "gmail:18f");
    EXPECT_TRUE(raw("{ not json").key.starts_with("hash:"));
    EXPECT_TRUE(raw("").key.starts_with("hash:"));
}

TEST(RawFileMessage, BoundsItsKey) {
    const auto key =
        raw("Message-ID: <" + std::string(1'000'000, 'x') + ">\nDate: " + std::string(5000, 'd') + "\n\n").key;
    EXPECT_LE(key.size(), 1000U);
}

}  // namespace
}  // namespace nextjob::ingest
