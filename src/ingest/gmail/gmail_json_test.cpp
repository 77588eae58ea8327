#include "ingest/gmail/gmail_json.hpp"

#include "ingest/gmail/batch.hpp"
#include "ingest/gmail/gmail_client.hpp"
#include "ingest/gmail/gmail_quota.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace nextjob::ingest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(GmailJson, NumbersComeInQuotesOrWithout) {
    EXPECT_EQ(readProfile(R"({"emailAddress":"a@b.co","historyId":"18446744073709551615","messagesTotal":7})")->history,
              18446744073709551615U);
    EXPECT_EQ(readProfile(R"({"emailAddress":"a@b.co","historyId":12})")->history, 12U);
    for (const char* id : {"\"\"", "\"-1\"", "-1", "\"12x\"", "\"18446744073709551616\"", "1.5", "null", "[]"})
        EXPECT_FALSE(readProfile(fmt::format(R"({{"emailAddress":"a@b.co","historyId":{}}})", id))) << id;
}

TEST(GmailJson, AnEmptyPageHasNoListAtAll) {
    EXPECT_THAT(readIds(R"({"resultSizeEstimate":0})")->ids, testing::IsEmpty());
    EXPECT_THAT(readHistory(R"({"historyId":"5"})")->added, testing::IsEmpty());
    EXPECT_FALSE(readHistory(R"({"history":[]})")) << "there would be nothing to go on from";
}

TEST(GmailJson, WhatIsNoIdSpoilsThePage) {
    EXPECT_THAT(readIds(R"({"messages":[{"id":"18f","threadId":"1"},{"id":"190"}]})")->ids, ElementsAre("18f", "190"));
    for (const char* message : {"{}", "7", R"({"id":7})", R"({"id":""})", R"({"id":"../x"})", R"({"id":"a b"})"})
        EXPECT_FALSE(readIds(fmt::format(R"({{"messages":[{}]}})", message))) << message;
    EXPECT_FALSE(readIds(fmt::format(R"({{"messages":[{{"id":"{}"}}]}})", std::string(65, 'a'))));
}

TEST(GmailJson, HistoryHasAddedMessagesOnly) {
    const auto page = readHistory(
        R"({"historyId":"9","nextPageToken":"t","history":[{"id":"5","messages":[{"id":"x"}]},
            {"id":"6","messagesAdded":[{"message":{"id":"a"}},{"message":{"id":"b"}}],"labelsAdded":[{"message":{"id":"y"}}]}]})");
    ASSERT_TRUE(page);
    EXPECT_THAT(page->added, ElementsAre("a", "b"));
    EXPECT_EQ(page->nextPage, "t");
    EXPECT_FALSE(readHistory(R"({"historyId":"9","history":[{"messagesAdded":[{}]}]})"));
    EXPECT_FALSE(readHistory(R"({"historyId":"9","history":[7]})"));
}

TEST(GmailJson, AMessageNeedsItsIdAndAPayload) {
    const std::string good = R"({"id":"a","historyId":"7","internalDate":"1772438400000","labelIds":["INBOX"],
        "payload":{"headers":[{"name":"subject","value":"Hi"},{"name":"FROM","value":"x@y.z"},7,{}]}})";
    const auto message = readMessage(good, "a");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->subject, "Hi");
    EXPECT_EQ(message->sender, "x@y.z");
    EXPECT_EQ(message->received, Timestamp(1'772'438'400'000ms));
    EXPECT_EQ(message->json, good);
    EXPECT_EQ(readMessage(good, "b").error().fault, GmailFault::Temporary);
    EXPECT_EQ(readMessage(R"({"id":"a","snippet":"x"})", "a").error().fault, GmailFault::Permanent);
    EXPECT_EQ(readMessage("{", "a").error().fault, GmailFault::Temporary);
    EXPECT_EQ(readMessage(R"({"id":"a","payload":{},"internalDate":"99999999999999999"})", "a")->received, Timestamp{});
    std::string deep = R"({"id":"a","payload":)";
    for (int i = 0; i < 1000; ++i) deep += R"({"parts":[)";
    EXPECT_EQ(readMessage(deep, "a").error().fault, GmailFault::Temporary);
}

TEST(GmailErrors, AreWhatIsToBeDone) {
    const Timestamp now(1'772'438'400'000ms);
    const auto of = [&](int status, const char* reason = "") {
        const auto body = fmt::format(R"({{"error":{{"code":1,"errors":[{{"reason":"{}"}}]}}}})", reason);
        return gmailErrorOf(status, body, {}, GmailFault::Gone, now);
    };
    EXPECT_EQ(of(401).fault, GmailFault::AuthBroken);
    EXPECT_EQ(of(403, "rateLimitExceeded").fault, GmailFault::RateLimited);
    EXPECT_EQ(of(403, "userRateLimitExceeded").until, now + 30s);
    EXPECT_EQ(of(403, "dailyLimitExceeded").until, now + 1h);
    EXPECT_EQ(of(403, "insufficientPermissions").fault, GmailFault::AuthBroken);
    EXPECT_EQ(of(403, "accessNotConfigured").fault, GmailFault::Permanent);
    EXPECT_EQ(of(404).fault, GmailFault::Gone);
    EXPECT_EQ(of(429).fault, GmailFault::RateLimited);
    EXPECT_EQ(gmailErrorOf(429, "", 7s, GmailFault::Gone, now).until, now + 7s);
    EXPECT_EQ(of(500).fault, GmailFault::Temporary);
    EXPECT_EQ(of(400, "failedPrecondition").fault, GmailFault::Permanent);
    EXPECT_EQ(of(302).fault, GmailFault::Permanent);
    EXPECT_EQ(of(403, "some <b>secret</b> words").message, "Gmail answered 403 (somebsecretbwords)");
    EXPECT_EQ(gmailErrorOf(500, "<html>secret", {}, GmailFault::Gone, now).message, "Gmail answered 500");
}

std::string part(const std::string& id, const std::string& reply) {
    return "--mark\r\nContent-Type: application/http\r\nContent-ID: <response-item-" + id + ">\r\n\r\n" + reply
           + "\r\n";
}

TEST(BatchReply, IsReadInAnyOrder) {
    const std::string body =
        part("1", "HTTP/1.1 404 Not Found\r\nRetry-After: 7\r\n\r\n{\"error\":{}}")
        + part("0", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\n \"id\": \"--mark x\"\n}")
        + "--mark--\r\n";
    const auto replies = readBatchReply("multipart/mixed; boundary=mark", body, 2);
    ASSERT_TRUE(replies);
    ASSERT_THAT(*replies, testing::SizeIs(2));
    EXPECT_EQ((*replies)[0].index, 1U);
    EXPECT_EQ((*replies)[0].status, 404);
    EXPECT_EQ((*replies)[0].retryAfter, "7");
    EXPECT_EQ((*replies)[1].index, 0U);
    EXPECT_EQ((*replies)[1].body, "{\n \"id\": \"--mark x\"\n}");
}

TEST(BatchReply, IsWholeOrNothing) {
    const std::string one = part("0", "HTTP/1.1 200 OK\r\n\r\n{}");
    EXPECT_TRUE(readBatchReply("Multipart/Mixed; charset=x; boundary=\"mark\"", one + "--mark--", 1));
    EXPECT_FALSE(readBatchReply("multipart/mixed; boundary=mark", one, 1)) << "cut off";
    EXPECT_FALSE(readBatchReply("multipart/mixed; boundary=other", one + "--mark--", 1));
    EXPECT_FALSE(readBatchReply("multipart/mixed", one + "--mark--", 1));
    EXPECT_FALSE(readBatchReply("text/html; boundary=mark", one + "--mark--", 1));
    EXPECT_FALSE(readBatchReply("multipart/mixed; boundary=mark", "", 1));
    EXPECT_FALSE(readBatchReply("multipart/mixed; boundary=" + std::string(300, 'm'), one, 1));
}

TEST(BatchReply, PassesOverWhatAnswersNothing) {
    const auto count = [](const std::string& body) {
        return readBatchReply("multipart/mixed; boundary=mark", body + "--mark--\r\n", 2)->size();
    };
    const std::string good = "HTTP/1.1 200 OK\r\n\r\n{}";
    EXPECT_EQ(count(part("0", good) + part("0", good)), 1U) << "answered twice";
    EXPECT_EQ(count(part("2", good)), 0U) << "never asked";
    EXPECT_EQ(count(part("99999999999999999999", good)), 0U);
    EXPECT_EQ(count(part("x", good)), 0U);
    EXPECT_EQ(count(part("0", "HTTP/1.1 abc OK\r\n\r\n{}")), 0U);
    EXPECT_EQ(count(part("0", "no status\r\n\r\n{}")), 0U);
    EXPECT_EQ(count(part("0", "HTTP/1.1 200 OK")), 0U);
    EXPECT_EQ(count("--mark\r\n\r\n" + good + "\r\n"), 0U);
    EXPECT_EQ(count("--mark\r\n"), 0U);
}

TEST(BatchOf, IsReadByItsOwnReader) {
    const auto batch = batchOf({"/a?x=1", "/b"});
    EXPECT_THAT(batch.body, testing::HasSubstr("Content-ID: <item-1>\r\n\r\nGET /b HTTP/1.1\r\n"));
    EXPECT_THAT(*readBatchReply(batch.contentType, batch.body, 2), testing::IsEmpty()) << "requests are no replies";
}

TEST(GmailQuota, GoesAsFastAsItFills) {
    GmailQuota::Clock::time_point now{1h};
    GmailQuota quota(250, [&] { return now; });
    EXPECT_EQ(quota.take(1, 250), 0ms) << "a second's worth at once";
    EXPECT_EQ(quota.take(1, 5), 20ms);
    EXPECT_EQ(quota.take(2, 5), 0ms) << "each user has their own";
    now += 10s;
    EXPECT_EQ(quota.take(1, 500), 0ms) << "more than a second's worth goes when all is there";
    EXPECT_EQ(quota.take(1, 250), 2000ms);
}

TEST(GmailQuota, IsHeldAsLongAsGoogleWants) {
    GmailQuota::Clock::time_point now{1h};
    GmailQuota quota(250, [&] { return now; });
    EXPECT_EQ(quota.held(1), 0ms);
    quota.hold(1, 60s);
    quota.hold(1, 5s);
    EXPECT_EQ(quota.held(1), 60s);
    EXPECT_EQ(quota.take(1, 1), 60s);
    now += 61s;
    EXPECT_EQ(quota.held(1), 0ms);
    EXPECT_EQ(quota.take(1, 1), 0ms);
}

}  // namespace
}  // namespace nextjob::ingest
