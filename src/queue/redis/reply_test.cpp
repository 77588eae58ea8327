#include "queue/redis/reply.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nextjob::queue::redis {
namespace {

std::vector<Value> valuesOf(std::string_view received, std::size_t answers) {
    AnswerReader reader(answers);
    EXPECT_EQ(reader.isWhole(received), true) << received;
    return reader.read(received);
}

// "" when it is none.
std::string problemOf(std::string_view received) {
    AnswerReader reader(1);
    const auto whole = reader.isWhole(received);
    return whole ? "" : whole.error();
}

constexpr std::string_view delivered =
    "*1\r\n*2\r\n$4\r\njobs\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$7\r\nmessage\r\n$2\r\n42\r\n$5\r\nevent\r\n$"
    "4\r\na\r\nb\r\n";

TEST(RedisAnswer, IsOfEveryKind) {
    const std::string_view received = "+OK\r\n-ERR no\r\n:-7\r\n$2\r\n12\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n";
    const auto values = valuesOf(received, 8);
    ASSERT_EQ(values.size(), 8U);
    EXPECT_EQ(values[0].text(), "OK");
    EXPECT_FALSE(values[0].isError());
    EXPECT_TRUE(values[1].isError());
    EXPECT_EQ(values[1].text(), "ERR no");
    EXPECT_EQ(values[2].integer(), -7);
    EXPECT_EQ(values[2].text(), "");
    EXPECT_EQ(values[3].text(), "12");
    EXPECT_EQ(values[3].integer(), 12);
    for (std::size_t place = 4; place < 8; ++place) {
        EXPECT_EQ(values[place].text(), "");
        EXPECT_EQ(values[place].integer(), 0);
        EXPECT_EQ(values[place].size(), 0U);
    }
}

TEST(RedisAnswer, HasArraysInArrays) {
    const auto values = valuesOf(delivered, 1);
    const Value& entry = values[0][0][1][0];
    EXPECT_EQ(entry[0].text(), "1-0");
    EXPECT_EQ(entry[1].size(), 4U);
    EXPECT_EQ(entry[1][1].integer(), 42);
    EXPECT_EQ(entry[1][3].text(), "a\r\nb");
}

TEST(RedisAnswer, IsNotCopied) {
    const auto values = valuesOf(delivered, 1);
    EXPECT_EQ(values[0][0][0].text().data(), delivered.data() + delivered.find("jobs"));
}

TEST(RedisAnswer, WhereNothingIsReadsAsNothing) {
    const auto values = valuesOf(delivered, 1);
    EXPECT_EQ(values[0][7][3].text(), "");
    EXPECT_EQ(values[0][0][0][0].size(), 0U);
}

TEST(RedisAnswer, ComesInPieces) {
    const std::string received = std::string(delivered) + ":1\r\n";
    AnswerReader reader(2);
    for (std::size_t size = 0; size < received.size(); ++size)
        EXPECT_EQ(reader.isWhole(std::string(received, 0, size)), false) << size;
    ASSERT_EQ(reader.isWhole(received), true);
    EXPECT_EQ(reader.read(received)[1].integer(), 1);
}

TEST(RedisAnswer, OfNoCommandsIsThere) { EXPECT_TRUE(valuesOf("", 0).empty()); }

TEST(RedisAnswer, ThatIsNoProtocolSaysSo) {
    for (const std::string_view wrong : {"\r\n", "HTTP/1.1 400 Bad Request\r\n", ":\r\n", ":1x\r\n", "$\r\n", "$-2\r\n",
                                         "$99999999999999999999\r\n", "*-2\r\n", "*1\r\n*x\r\n", "%1\r\n"})
        EXPECT_NE(problemOf(wrong), "") << wrong;
    EXPECT_EQ(problemOf("HTTP/1.1 400 Bad Request\r\n"), "HTTP/1.1 400 Bad Request");
    std::string nested;
    for (int level = 0; level < 1000; ++level) nested += "*1\r\n";
    EXPECT_NE(problemOf(nested), "");
}

}  // namespace
}  // namespace nextjob::queue::redis
