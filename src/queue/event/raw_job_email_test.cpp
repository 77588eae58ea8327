#include "queue/event/raw_job_email.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace nextjob::queue {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

RawMessage mail() {
    RawMessage raw;
    raw.user = 123;
    raw.key = "mail:<1@jobs.example>|Mon, 02 Mar 2026";
    raw.source = "gmail";
    raw.sourceId = "18c1f0a2b3";
    raw.import = 9;
    raw.bytes =
        "From: Alerts <alerts@jobs.example>\r\nSubject: =?utf-8?Q?D=C3=A9veloppeur?=\r\n"
        "Date: Mon, 02 Mar 2026 08:00:00 +0000\r\n\r\nSenior \"Engineer\"\r\nBerlin\r\n";
    return raw;
}

RawJobEmail event() { return rawJobEmail(mail(), 77, "ada@example.org"); }

json::object asJson(const RawJobEmail& given) { return json::parse(encode(given).value()).as_object(); }

// What is wrong with the event after one field was changed.
std::string problemWith(std::string_view field, const json::value& value) {
    json::object object = asJson(event());
    object[field] = value;
    const auto decoded = decodeRawJobEmail(json::serialize(object));
    return decoded ? "" : decoded.error().message;
}

std::string problemOf(std::string_view text) {
    const auto decoded = decodeRawJobEmail(text);
    return decoded ? "" : decoded.error().message;
}

TEST(RawJobEmail, HasTheCanonicalFormAndItsVersion) {
    const json::object object = asJson(event());
    EXPECT_EQ(object.at("schema_version"), 1);
    EXPECT_EQ(object.at("user_id"), 123);
    EXPECT_EQ(object.at("email"), "ada@example.org");
    EXPECT_EQ(object.at("gmail_message_id"), "18c1f0a2b3");
    EXPECT_EQ(object.at("subject"), "Développeur");
    EXPECT_THAT(std::string(object.at("full_text").as_string()), HasSubstr("Senior \"Engineer\"\nBerlin"));
    EXPECT_EQ(object.at("received_at"), "2026-03-02T08:00:00Z");
    EXPECT_EQ(object.at("source"), "gmail");
}

TEST(RawJobEmail, CarriesEverythingThatAnalysisNeeds) {
    RawMessage raw = mail();
    raw.subject = "Given";
    raw.sender = "given@jobs.example";
    raw.receivedAt = Timestamp(std::chrono::milliseconds(1'780'000'000'123));
    raw.format = MailFormat::GmailJson;
    raw.truncated = true;
    raw.bytes = std::string("{\"a\0\xFF", 6);
    const auto back = decodeRawJobEmail(encode(rawJobEmail(raw, 77, "ada@example.org")).value());
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->message, 77);
    EXPECT_EQ(back->email, "ada@example.org");
    EXPECT_EQ(back->raw.user, raw.user);
    EXPECT_EQ(back->raw.key, raw.key);
    EXPECT_EQ(back->raw.source, raw.source);
    EXPECT_EQ(back->raw.sourceId, raw.sourceId);
    EXPECT_EQ(back->raw.subject, raw.subject);
    EXPECT_EQ(back->raw.sender, raw.sender);
    EXPECT_EQ(back->raw.receivedAt, raw.receivedAt);
    EXPECT_EQ(back->raw.import, raw.import);
    EXPECT_EQ(back->raw.format, raw.format);
    EXPECT_EQ(back->raw.bytes, raw.bytes);
    EXPECT_EQ(back->raw.truncated, raw.truncated);
}

TEST(RawJobEmail, KeepsBytesOfEveryLength) {
    for (std::size_t size = 0; size < 70; ++size) {
        RawMessage raw = mail();
        raw.bytes.clear();
        for (std::size_t i = 0; i < size; ++i) raw.bytes += static_cast<char>(i * 37 + size);
        const auto back =
            decodeRawJobEmail(encode({.email = "a@b.c", .fullText = {}, .message = 1, .raw = raw}).value());
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(back->raw.bytes, raw.bytes);
    }
}

TEST(RawJobEmail, MayLackDateAndImport) {
    RawMessage raw = mail();
    raw.import.reset();
    raw.bytes = "Subject: no date\r\n\r\ntext";
    const auto back = decodeRawJobEmail(encode(rawJobEmail(raw, 1, "a@b.c")).value());
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_FALSE(back->raw.import);
    EXPECT_FALSE(back->raw.receivedAt);
}

TEST(RawJobEmail, IsWholeUtf8WhateverTheMailHolds) {
    RawMessage raw = mail();
    raw.key = "mail:\xC3(\x80";
    raw.subject = "\xFF caf\xC3\xA9";
    const auto back = decodeRawJobEmail(encode(rawJobEmail(raw, 1, "a@b.c")).value());
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->raw.subject, "\xEF\xBF\xBD caf\xC3\xA9");
}

TEST(RawJobEmail, OfAMailFromBeyondTheCalendarHasNoDate) {
    for (const std::int64_t seconds : {-1LL, 253'402'300'800LL}) {
        RawMessage raw = mail();
        raw.receivedAt = Timestamp(std::chrono::seconds(seconds));
        const auto back = decodeRawJobEmail(encode(rawJobEmail(raw, 1, "a@b.c")).value());
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_FALSE(back->raw.receivedAt);
    }
    EXPECT_THAT(problemWith("received_at", "1970-01-01T00:00:00+02:00"), HasSubstr("received_at is not a time"));
}

TEST(RawJobEmail, OfAMailWithEndlessFieldsIsCut) {
    RawMessage raw = mail();
    raw.sourceId.assign(1U << 20, 'x');
    raw.subject.assign(1U << 20, '\xFF');
    raw.bytes = "From: " + std::string(1U << 18, 'a') + "@b.example\r\n\r\ntext";
    EXPECT_TRUE(decodeRawJobEmail(encode(rawJobEmail(raw, 1, "a@b.c")).value()));
}

TEST(RawJobEmail, OfANewerSchemaSaysWhatToBringUpToDate) {
    EXPECT_THAT(problemWith("schema_version", 2), HasSubstr("schema_version 2"));
    EXPECT_THAT(problemWith("schema_version", 2), HasSubstr("Bring this worker"));
    EXPECT_THAT(problemWith("schema_version", "1"), HasSubstr("schema_version is not a whole number"));
}

TEST(RawJobEmail, WithoutAFieldSaysWhichIsMissing) {
    for (const auto& member : asJson(event())) {
        json::object object = asJson(event());
        object.erase(member.key());
        EXPECT_THAT(problemOf(json::serialize(object)), HasSubstr(std::string(member.key()) + " is missing"));
    }
}

TEST(RawJobEmail, WithAWrongFieldSaysWhichAndWhy) {
    EXPECT_THAT(problemWith("raw", "not base64!"), HasSubstr("raw is not base64"));
    for (const char* wrong : {"QQ", "QQ=", "QR==", "QQ==QQ==", "Q===", "====", "QUJ=", "QUI=\n", "Q-_=", "=QQQ"})
        EXPECT_THAT(problemWith("raw", wrong), HasSubstr("raw is not base64")) << wrong;
    EXPECT_THAT(problemWith("user_id", 0), HasSubstr("user_id is not"));
    EXPECT_THAT(problemWith("user_id", "123"), HasSubstr("user_id is not"));
    EXPECT_THAT(problemWith("message_id", 1.5), HasSubstr("message_id is not"));
    EXPECT_THAT(problemWith("received_at", "yesterday"), HasSubstr("received_at is not a time"));
    EXPECT_THAT(problemWith("format", "html"), HasSubstr("format is neither"));
    EXPECT_THAT(problemWith("truncated", 1), HasSubstr("truncated is neither"));
    EXPECT_THAT(problemWith("subject", nullptr), HasSubstr("subject is not a text"));
    EXPECT_THAT(problemWith("source", ""), HasSubstr("source is empty"));
}

TEST(RawJobEmail, OverALimitIsRefusedOnBothSides) {
    RawJobEmail large = event();
    large.raw.subject.assign(RawJobEmail::maximumShortField + 1, 'x');
    EXPECT_EQ(encode(large).error().code, ErrorCode::TooLarge);
    EXPECT_THAT(problemWith("key", json::string(RawJobEmail::maximumShortField + 1, 'x')), HasSubstr("key has 65537"));
    EXPECT_THAT(problemOf(std::string(RawJobEmail::maximumBytes + 1, ' ')), HasSubstr("more than the"));
    large = event();
    large.raw.bytes.assign(RawJobEmail::maximumBytes, 'x');
    EXPECT_EQ(encode(large).error().code, ErrorCode::TooLarge);
}

TEST(RawJobEmail, ThatIsNoObjectIsRefused) {
    EXPECT_THAT(problemOf(""), HasSubstr("not JSON"));
    EXPECT_THAT(problemOf("{"), HasSubstr("not JSON"));
    EXPECT_THAT(problemOf("[1]"), HasSubstr("no object"));
    EXPECT_THAT(problemOf("\"\xFF\""), HasSubstr("not JSON"));
}

TEST(RawJobEmail, MayHaveFieldsThatThisVersionDoesNotKnow) { EXPECT_EQ(problemWith("thread_id", "42"), ""); }

}  // namespace
}  // namespace nextjob::queue
