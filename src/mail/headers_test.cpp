#include "support/mail_messages.hpp"

#include <gmock/gmock.h>

namespace nextjob::mail {
namespace {

using testing::hasDefect;
using testing::parse;
using testing::plain;

std::string subjectOf(std::string_view header) { return parse("Subject: " + std::string(header) + "\n\nx").subject; }

Mailbox fromOf(std::string_view header) {
    return parse("From: " + std::string(header) + "\n\nx").from.value_or(Mailbox{});
}

TEST(Headers, AreReadIntoTheMessage) {
    const auto message = parse(
        "Message-ID: <1@mill.example>\nFrom: \"Mill, Jobs\" <Jobs@Mill.example>\nReply-To: "
        "hr@mill.example\nSender: s@mill.example\n"
        "To: Ann <ann@example.com>\nDate: Mon, 02 Mar 2026 09:30:00 +0100\nSubject: Two\n  "
        "jobs\nList-Unsubscribe: <x>\n"
        "In-Reply-To: <0@x>\n\nhello");
    EXPECT_EQ(message.id, "1@mill.example");
    EXPECT_EQ(message.from->name, "Mill, Jobs");
    EXPECT_EQ(message.from->address, "jobs@mill.example");
    EXPECT_EQ(message.replyTo->address, "hr@mill.example");
    EXPECT_EQ(message.sender->address, "s@mill.example");
    EXPECT_EQ(message.to, "Ann <ann@example.com>");
    EXPECT_EQ(message.date->time_since_epoch().count(), 1772440200);
    EXPECT_EQ(message.subject, "Two jobs");
    EXPECT_TRUE(message.bulk);
    EXPECT_TRUE(message.reply);
    EXPECT_TRUE(message.defects.empty());
}

TEST(EncodedWords, AreDecodedHoweverBroken) {
    EXPECT_EQ(subjectOf("=?UTF-8?B?QsOkY2tlcg==?= in =?iso-8859-1?Q?K=F6ln?="), "Bäcker in Köln");
    EXPECT_EQ(subjectOf("=?utf-8?Q?B=C3?=\n =?utf-8?Q?=A4cker?="), "Bäcker");    // cut inside a character
    EXPECT_EQ(subjectOf("=?utf-8?B?QsOkY2tlcg?="), "Bäcker");                    // padding missing
    EXPECT_EQ(subjectOf("=?utf-8?Q?Two bakers wanted?="), "Two bakers wanted");  // spaces inside
    EXPECT_EQ(subjectOf("=?x-no-such?Q?Baker?="), "Baker");                      // unknown charset
    EXPECT_EQ(subjectOf("=?windows-1251?B?z+Xq4PD8?="), "Пекарь");
    EXPECT_EQ(subjectOf("=?gb2312?B?w+aw/Mqm?="), "面包师");
}

TEST(EncodedWords, RawEightBitTextIsReadToo) {
    EXPECT_EQ(subjectOf("B\xC3\xA4"
                        "cker"),
              "Bäcker");
    EXPECT_EQ(subjectOf("B\xE4"
                        "cker"),
              "Bäcker");
}

TEST(Addresses, AreSalvaged) {
    EXPECT_EQ(fromOf("=?utf-8?Q?M=C3=BChle?= <Jobs@Mill.example>").name, "Mühle");
    EXPECT_EQ(fromOf("\"=?utf-8?Q?M=C3=BChle?=\" <jobs@mill.example>").name, "Mühle");
    EXPECT_EQ(fromOf("Mill Jobs [Lyon] <jobs@mill.example>").address, "jobs@mill.example");
    EXPECT_EQ(fromOf("jobs@mill.example (The Mill)").address, "jobs@mill.example");
    EXPECT_EQ(fromOf("Mill: Jobs <jobs@mill.example>").address, "jobs@mill.example");
    EXPECT_EQ(fromOf("The Mill").name, "The Mill");
    EXPECT_EQ(fromOf("The Mill").address, "");
}

TEST(DamagedHeaders, GluedOnesAreTakenApart) {
    const auto message = parse(
        "DKIM-Signature: v=1; h=From:To:Subject; b=abc=Date: Mon, 02 Mar 2026 09:30:00 +0000From: Mill "
        "<jobs@mill.example>\n"
        "X-Id: 7Subject: Two jobs\nMIME-Version: 1.0Content-Type: text/html; charset=utf-8\n\n<p>Baker</p>");
    EXPECT_EQ(message.from->address, "jobs@mill.example");
    EXPECT_EQ(message.subject, "Two jobs");
    EXPECT_EQ(message.date->time_since_epoch().count(), 1772443800);
    EXPECT_EQ(testing::html(message), "Baker");
    EXPECT_TRUE(hasDefect(message, "glued"));
}

TEST(DamagedHeaders, WhatAPersonWroteIsNotTakenApart) {
    const auto message = parse("From: a@b.example\nSubject: Date: Mon, 02 Mar 2026, From: me@x.example\n\nx");
    EXPECT_EQ(message.subject, "Date: Mon, 02 Mar 2026, From: me@x.example");
    EXPECT_FALSE(message.date.has_value());
}

TEST(DamagedHeaders, AMissingEmptyLineAndLostIndentationAreMended) {
    const auto missing = parse("From: a@b.example\nSubject: x\nHello Ann,\nwe have jobs: two.\n");
    EXPECT_EQ(plain(missing), "Hello Ann,\nwe have jobs: two.");
    EXPECT_TRUE(hasDefect(missing, "empty line"));
    const auto unfolded = parse("Subject: Two\njobs for you\nFrom: a@b.example\n\nx");
    EXPECT_EQ(unfolded.subject, "Two jobs for you");
    EXPECT_EQ(plain(unfolded), "x");
}

TEST(DamagedHeaders, WhatStandsBeforeThemIsSkipped) {
    for (const auto* before :
         {"\n\r\n", "From jobs@mill.example Mon Mar  2 09:30:00 2026\n", "\xEF\xBB\xBF", ">From x\n"}) {
        EXPECT_EQ(parse(std::string(before) + "Subject: x\n\nBaker").subject, "x") << before;
    }
}

TEST(DamagedHeaders, LineEndsOfAnyKindAreRead) {
    for (const auto* bytes : {"Subject: x\r\n\r\nBaker\r\n", "Subject: x\r\rBaker\r", "Subject: x\n\nBaker\n"}) {
        EXPECT_EQ(parse(bytes).document->text, "Subject: x\n\nBaker");
    }
}

TEST(DamagedHeaders, TextWithoutAnyIsText) {
    EXPECT_EQ(parse("Hello Ann,\n\ntwo jobs").document->text, "Hello Ann,\n\ntwo jobs");
    EXPECT_EQ(parse("Title: Baker\nCompany: Mill\n").document->text, "Title: Baker\nCompany: Mill");
    EXPECT_EQ(parse("<html><p>Baker</p>").document->text, "Baker");
}

TEST(DamagedHeaders, FloodsOfThemAreBounded) {
    std::string bytes = "From: a@b.example\n";
    for (int i = 0; i < 200'000; ++i) bytes += "X-A: b\n";
    const auto message = parse(bytes + "\nBaker");
    EXPECT_EQ(plain(message), "Baker");
    EXPECT_TRUE(hasDefect(message, "256 KB"));
}

}  // namespace
}  // namespace nextjob::mail
