#include "support/mail_messages.hpp"

#include <gmock/gmock.h>

namespace nextjob::mail {
namespace {

using ::testing::HasSubstr;

Message read(std::string_view json) {
    auto message = parseGmailMessage(json);
    EXPECT_TRUE(message.has_value()) << message.error().message;
    return message ? std::move(*message) : Message{};
}

std::string problemOf(std::string_view json) {
    const auto message = parseGmailMessage(json);
    EXPECT_FALSE(message.has_value());
    return message ? "" : message.error().message;
}

TEST(GmailMessage, IsReadFromItsPayloadTree) {
    const auto message =
        read(R"({"id":"g1","internalDate":"1772443800123","payload":{"mimeType":"multipart/mixed","headers":[
        {"name":"From","value":"Mill <jobs@mill.example>"},{"name":"Subject","value":"=?utf-8?Q?B=C3=A4cker?="}],"parts":[
        {"mimeType":"multipart/alternative","parts":[
          {"mimeType":"text/plain","body":{"size":5,"data":"QmFrZXI"}},
          {"mimeType":"text/html","headers":[{"name":"Content-Type","value":"text/html; charset=\"UTF-8\""}],
           "body":{"data":"PHA-QmFrZXIg4oKsPC9wPg=="}}]},
        {"mimeType":"application/pdf","filename":"offer.pdf","body":{"attachmentId":"a","size":9}}]}})");
    EXPECT_EQ(message.id, "g1");
    EXPECT_EQ(message.date->time_since_epoch().count(), 1772443800);
    EXPECT_EQ(message.document->text, "From: Mill <jobs@mill.example>\nSubject: Bäcker\n\nBaker €\n\nBaker");
    ASSERT_EQ(message.attachments.size(), 1U);
    EXPECT_EQ(message.attachments[0].name, "offer.pdf");
}

TEST(GmailMessage, MayHaveABodyAlone) {
    EXPECT_EQ(read(R"({"payload":{"body":{"data":"QmFrZXI="}}})").document->text, "Baker");
    EXPECT_EQ(read(R"({"payload":{"body":{"data":"PGh0bWw-PHA-QmFrZXI8L3A-"}}})").document->text, "Baker");
}

TEST(GmailMessage, MayBeRaw) {
    const auto message = read(R"({"id":"g1","raw":"U3ViamVjdDogeAoKQmFrZXI"})");
    EXPECT_EQ(message.subject, "x");
    EXPECT_EQ(message.id, "g1");
    EXPECT_EQ(message.document->text, "Subject: x\n\nBaker");
}

TEST(GmailMessage, WithOnlyASnippetSaysSo) {
    const auto message = read(R"({"snippet":"Baker &amp; Cook"})");
    EXPECT_EQ(message.document->text, "Baker & Cook");
    EXPECT_TRUE(testing::hasDefect(message, "snippet"));
}

TEST(GmailMessage, ErrorsNameTheField) {
    EXPECT_THAT(problemOf("{\"payload\":"), HasSubstr("not JSON"));
    EXPECT_THAT(problemOf("[]"), HasSubstr("not an object"));
    EXPECT_THAT(problemOf("{}"), HasSubstr("neither payload nor raw"));
    EXPECT_THAT(problemOf(R"({"payload":5})"), HasSubstr("payload is not an object"));
    EXPECT_THAT(problemOf(R"({"payload":{"headers":{}}})"), HasSubstr("payload.headers is not a list"));
    EXPECT_THAT(problemOf(R"({"payload":{"parts":[{},{"body":{"data":7}}]}})"),
                HasSubstr("payload.parts[1].body.data is not a string"));
    EXPECT_THAT(problemOf(R"({"payload":{"parts":[{},{"body":{"data":"%%"}}]}})"),
                HasSubstr("payload.parts[1].body.data is not base64url"));
    EXPECT_THAT(problemOf(R"({"payload":{"headers":[{"name":1}]}})"), HasSubstr("payload.headers[0].name"));
    EXPECT_THAT(problemOf(R"({"raw":"*"})"), HasSubstr("raw is not base64url"));
}

TEST(GmailMessage, NestingIsBounded) {
    std::string json = "{\"payload\":";
    for (int i = 0; i < 100'000; ++i) json += "{\"parts\":[";
    EXPECT_THAT(problemOf(json), HasSubstr("not JSON"));
}

}  // namespace
}  // namespace nextjob::mail
