#include "wire/read.hpp"
#include "wire/write.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nextjob::wire {

namespace {

struct Inner {
    std::int64_t wholeNumber = 0;
    std::optional<double> ratio;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (wholeNumber, ratio))

struct Outer {
    Email email;
    Text<2, 4> name;
    bool flag = false;
    std::vector<Inner> items;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (email, name, flag, items, note))

struct Shown {
    std::string_view matchScore;
    std::optional<int> none;
    std::vector<Inner> items;
    Raw raw;
};
BOOST_DESCRIBE_STRUCT(Shown, (), (matchScore, none, items, raw))

// "body.items.0.whole_number missing" for each problem.
std::vector<std::string> problemsOf(std::string_view text) {
    Problems problems;
    const bool taken = readBody<Outer>(text, problems).has_value();
    EXPECT_EQ(taken, problems.empty());
    std::vector<std::string> lines;
    for (const Problem& problem : problems) {
        std::string line;
        for (const auto& part : problem.loc) {
            if (!line.empty()) line += '.';
            line += std::holds_alternative<std::string>(part) ? std::get<std::string>(part)
                                                              : std::to_string(std::get<std::int64_t>(part));
        }
        lines.push_back(line + ' ' + problem.type);
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(JsonWrite, NamesMembersInSnakeCase) {
    EXPECT_EQ(
        write(Shown{.matchScore = "a", .none = {}, .items = {{1, 0.5}, {-2, {}}}, .raw = {"[1]"}}),
        R"({"match_score":"a","none":null,"items":[{"whole_number":1,"ratio":0.5},{"whole_number":-2,"ratio":null}],"raw":[1]})");
}

TEST(JsonWrite, EscapesAndKeepsUtf8) {
    using namespace std::string_view_literals;
    EXPECT_EQ(write("a\"\\\n\t\r\x01\0z"sv), R"("a\"\\\n\t\r\u0001\u0000z")");
    EXPECT_EQ(write("Zürich 東京 🚀"sv), "\"Zürich 東京 🚀\"");
}

TEST(JsonWrite, ReplacesWhatIsNotUtf8) {
    using namespace std::string_view_literals;
    EXPECT_EQ(write("a\xff\x62"sv),
              "\"a\xEF\xBF\xBD"
              "b\"");
    EXPECT_EQ(write("\xc0\xaf"sv), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "overlong";
    EXPECT_EQ(write("\xed\xa0\x80"sv), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"") << "a surrogate";
    EXPECT_EQ(write("\xe6\x9d"sv), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "cut off";
}

TEST(JsonWrite, WritesDoublesSoThatTheyReadBack) {
    EXPECT_EQ(write(0.1), "0.1");
    EXPECT_EQ(std::stod(write(1.0 / 3)), 1.0 / 3);
    EXPECT_EQ(write(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(write(std::nan("")), "null");
}

TEST(JsonRead, TakesAWholeBody) {
    Problems problems;
    const auto body = readBody<Outer>(
        R"({"email":" Ada@Example.COM ","name":"Ada","flag":true,"items":[{"whole_number":3.0,"ratio":2}],"note":null,"is_superuser":true})",
        problems);
    ASSERT_TRUE(body) << problems.size();
    EXPECT_EQ(body->email.value, "ada@example.com");
    EXPECT_EQ(body->items.at(0).wholeNumber, 3);
    EXPECT_EQ(body->items.at(0).ratio, 2.0);
    EXPECT_FALSE(body->note);
}

TEST(JsonRead, NamesEveryFieldThatIsWrong) {
    EXPECT_EQ(problemsOf("{}"),
              (Lines{"body.email missing", "body.name missing", "body.flag missing", "body.items missing"}));
    EXPECT_EQ(
        problemsOf(R"({"email":"nobody","name":"a","flag":1,"items":[{"whole_number":1.5},{}],"note":5})"),
        (Lines{"body.email value_error", "body.name string_too_short", "body.flag bool_type",
               "body.items.0.whole_number int_type", "body.items.1.whole_number missing", "body.note string_type"}));
    EXPECT_EQ(problemsOf(R"({"email":"a@b.co","name":"abcde","flag":true,"items":{}})"),
              (Lines{"body.name string_too_long", "body.items list_type"}));
}

TEST(JsonRead, CountsCharactersNotBytes) {
    EXPECT_EQ(problemsOf(R"({"email":"a@b.co","name":"東京都庁","flag":true,"items":[]})"), Lines{});
}

TEST(JsonRead, RefusesWhatIsNoJsonOrTooDeep) {
    EXPECT_EQ(problemsOf(""), Lines{"body missing"});
    EXPECT_EQ(problemsOf("{"), Lines{"body json_invalid"});
    EXPECT_EQ(problemsOf("{} x"), Lines{"body json_invalid"});
    EXPECT_EQ(problemsOf("\"\xff\""), Lines{"body json_invalid"});
    EXPECT_EQ(problemsOf("[]"), Lines{"body model_attributes_type"});
    EXPECT_EQ(problemsOf(std::string(100'000, '[')), Lines{"body json_invalid"});
}

TEST(JsonRead, RefusesNumbersThatDoNotFit) {
    const auto items = [](std::string_view number) {
        return R"({"email":"a@b.co","name":"Ada","flag":true,"items":[{"whole_number":)" + std::string(number) + "}]}";
    };
    EXPECT_EQ(problemsOf(items("9223372036854775807")), Lines{});
    for (const char* number : {"9223372036854775808", "1e300", "-1e19", "0.5", "\"1\"", "null", "true"})
        EXPECT_EQ(problemsOf(items(number)), Lines{"body.items.0.whole_number int_type"}) << number;
}

TEST(JsonRead, RefusesNulInStrings) {
    EXPECT_EQ(problemsOf(R"({"email":"a@b.co","name":"a\u0000b","flag":true,"items":[]})"),
              Lines{"body.name value_error"});
}

TEST(Email, IsKnownByItsForm) {
    for (const char* good : {"a@b.co", "first.last+tag@sub.example.org", "o'neil@x-y.de", "ü@exämple.com"})
        EXPECT_TRUE(normalisedEmail(good)) << good;
    for (const char* bad : {"", "a", "@b.co", "a@", "a@b", "a@b..co", "a@-b.co", "a@b.co.", "a b@c.de", "a@b c.de",
                            ".a@b.co", "a..b@c.de", "a@b@c.de", "a\n@b.co", "a@b.co\r\nBcc: x@y.zz", "a,b@c.de"})
        EXPECT_FALSE(normalisedEmail(bad)) << bad;
    EXPECT_FALSE(normalisedEmail(std::string(65, 'a') + "@b.co"));
    EXPECT_FALSE(normalisedEmail("a@" + std::string(63, 'b') + '.' + std::string(200, 'c') + ".de"));
}

}  // namespace nextjob::wire
