#include "queue/event/fields.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nextjob::queue {
namespace {

constexpr std::string_view names[] = {
    "schema_version", "user_id", "email",  "gmail_message_id", "subject", "full_text", "received_at", "source",
    "message_id",     "key",     "sender", "import_id",        "format",  "truncated", "raw",         "unknown"};

// One way for our own events and one for all others, and nobody can tell which it was.
void expectTheSameBothWays(std::string_view json) {
    const auto quick = Fields::read(json), slow = Fields::readAny(json);
    ASSERT_EQ(quick.has_value(), slow.has_value()) << json;
    if (!quick) {
        EXPECT_EQ(quick.error(), slow.error()) << json;
        return;
    }
    for (const std::string_view name : names) {
        const Field &one = (*quick)[name], &other = (*slow)[name];
        EXPECT_EQ(one.kind, other.kind) << name << " of " << json;
        EXPECT_EQ(one.number, other.number) << name << " of " << json;
        EXPECT_EQ(one.text(), other.text()) << name << " of " << json;
    }
}

TEST(EventFields, AreOfEveryKind) {
    const auto fields =
        Fields::read(R"({"user_id":12,"subject":"Ada","import_id":null,"truncated":true,"other":false})");
    ASSERT_TRUE(fields);
    EXPECT_EQ((*fields)["user_id"].kind, Field::Kind::Number);
    EXPECT_EQ((*fields)["user_id"].number, 12);
    EXPECT_EQ((*fields)["subject"].text(), "Ada");
    EXPECT_EQ((*fields)["import_id"].kind, Field::Kind::Null);
    EXPECT_EQ((*fields)["truncated"].kind, Field::Kind::Flag);
    EXPECT_EQ((*fields)["truncated"].number, 1);
    EXPECT_EQ((*fields)["email"].kind, Field::Kind::Missing);
}

TEST(EventFields, OfATextAreWithoutEscapes) {
    const auto fields = Fields::read(R"({"full_text":"a \"b\"\\\/\b\f\n\r\tc é","key":"\n","email":""})");
    ASSERT_TRUE(fields);
    EXPECT_EQ((*fields)["full_text"].text(), "a \"b\"\\/\b\f\n\r\tc é");
    EXPECT_EQ((*fields)["key"].text(), "\n");
    EXPECT_EQ((*fields)["email"].text(), "");
    EXPECT_EQ((*fields)["email"].kind, Field::Kind::Text);
}

TEST(EventFields, WithoutEscapesStayInTheJson) {
    const std::string json = R"({"raw":"QUJD"})";
    const auto fields = Fields::read(json);
    ASSERT_TRUE(fields);
    EXPECT_EQ((*fields)["raw"].text().data(), json.data() + 8);
}

TEST(EventFields, AreTheSameHoweverTheyAreRead) {
    for (const std::string_view value : {"1",
                                         "12",
                                         "0",
                                         "-1",
                                         "01",
                                         "+1",
                                         "1.5",
                                         "1e3",
                                         "1E3",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "18446744073709551616",
                                         "12a",
                                         "",
                                         "-",
                                         "null",
                                         "nul",
                                         "nulls",
                                         "true",
                                         "false",
                                         "True",
                                         "\"\"",
                                         "\"a\"",
                                         "\"a",
                                         "\"a\"\"",
                                         R"("\u00e9")",
                                         R"("\ud83d\ude00")",
                                         R"("\ud83d")",
                                         R"("\x")",
                                         R"("\)",
                                         R"("\")",
                                         "\"a\tb\"",
                                         "\"a\nb\"",
                                         "\"\x7F\"",
                                         "\"\xC3\xA9 long enough to be read by the word \xF0\x9F\x98\x80\"",
                                         "\"\xC3\"",
                                         "\"eight by\xED\xA0\x80\"",
                                         "\"\xFF\"",
                                         "[]",
                                         "[1,2]",
                                         "{}",
                                         "{\"a\":[{\"b\":1}]}",
                                         "[",
                                         "{\"a\"}",
                                         "'a'"})
        for (const std::string_view end : {"}", ",\"key\":\"k\"}", ",\"subject\":7}", ",}", "", "}}", "} ", " }"})
            expectTheSameBothWays(std::string(R"({"subject":)") + std::string(value) + std::string(end));
}

TEST(EventFields, OfAnyOtherShapeAreTheSameHoweverTheyAreRead) {
    for (const std::string_view json : {"",
                                        " ",
                                        "{}",
                                        "{ }",
                                        "[]",
                                        "null",
                                        "\"a\"",
                                        "{\"a\":1",
                                        "{\"a\" :1}",
                                        "{\"a\": 1}",
                                        "\n{\"key\":\"a\"}",
                                        "{key:1}",
                                        "{,}",
                                        "{\"key\":1,,\"raw\":2}",
                                        R"({"\u006bey":"k"})",
                                        R"({"ke\y":"k"})",
                                        R"({"k\ney":1,"key":2})",
                                        R"({"key":"a","key":"b"})",
                                        R"({"key":"a\n","key":"b"})",
                                        R"({"key":"a","key":null})",
                                        R"({"":1})",
                                        "\xEF\xBB\xBF{}",
                                        "{\"\xFF\":1}"})
        expectTheSameBothWays(json);
}

}  // namespace
}  // namespace nextjob::queue
