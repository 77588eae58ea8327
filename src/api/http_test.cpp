#include "api/http.hpp"

#include "api/framing.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/response_head.hpp"

#include <gtest/gtest.h>

#include <array>

namespace nextjob::api {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(Target, IsReadInOriginAndAbsoluteForm) {
    const auto origin = parseTarget("/job-offers/7?limit=5&q=c%2B%2B+dev");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->segments, (std::vector<std::string>{"job-offers", "7"}));
    EXPECT_EQ(origin->query, (Fields{{"limit", "5"}, {"q", "c++ dev"}}));
    EXPECT_EQ(parseTarget("http://example.com/a?b")->segments, std::vector<std::string>{"a"});
    EXPECT_EQ(parseTarget("HTTPS://example.com")->path, "/");
    EXPECT_EQ(parseTarget("/a+b")->segments, std::vector<std::string>{"a+b"});
}

TEST(Target, RefusesWhatIsBrokenOrHidden) {
    for (const std::string_view bad : {"", "nowhere", "/%", "/%4", "/%zz", "/%00", "/a%0d%0ab", "/a?b=%0", "/a?b=%00"})
        EXPECT_FALSE(parseTarget(bad)) << bad;
    std::string many = "/?";
    for (int i = 0; i < 101; ++i) many += "a=b&";
    EXPECT_FALSE(parseTarget(many));
}

TEST(Form, KeepsEmptyValuesAndPairsWithoutEquals) {
    EXPECT_EQ(parseForm("a=&b&&c=d%26"), (Fields{{"a", ""}, {"b", ""}, {"c", "d&"}}));
    EXPECT_EQ(parseForm(""), Fields{});
}

TEST(Headers, AreFoundInAnyCase) {
    Headers headers;
    headers.add("content-TYPE", "text/plain");
    headers.add("X", "1");
    headers.add("x", "2");
    EXPECT_EQ(headers["Content-Type"], "text/plain");
    EXPECT_EQ(headers["X"], "1");
    EXPECT_EQ(headers.count("X"), 2U);
    EXPECT_EQ(headers["None"], "");
}

TEST(Framing, IsPlainOnlyWhenNothingContradicts) {
    const auto reason = [](std::initializer_list<std::pair<std::string_view, std::string_view>> fields,
                           unsigned version) {
        Headers headers;
        for (const auto& [name, value] : fields) headers.add(name, value);
        return ambiguousFraming(headers, version).has_value();
    };
    EXPECT_FALSE(reason({{"Host", "a"}}, 11));
    EXPECT_FALSE(reason({{"Host", "a"}, {"Content-Length", "3"}}, 11));
    EXPECT_FALSE(reason({{"Host", "a"}, {"Transfer-Encoding", "Chunked"}}, 11));
    EXPECT_FALSE(reason({}, 10));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Content-Length", "3, 3"}}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Content-Length", ""}}, 11));
    EXPECT_TRUE(reason({}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Host", "a"}}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Content-Length", "3"}, {"Content-Length", "3"}}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}}, 11));
    EXPECT_TRUE(reason({{"Host", "a"}, {"Transfer-Encoding", "xchunked"}}, 11));
    EXPECT_TRUE(reason({{"Transfer-Encoding", "chunked"}}, 10));
}

TEST(Query, ReportsEachFieldThatIsWrong) {
    const auto target = parseTarget("/?limit=0&offset=x&min_score=11&remote=maybe&order=up");
    Query query(*target);
    EXPECT_EQ(query.integer("limit", 50, 1, 100), 50);
    EXPECT_EQ(query.integer("offset", 0, 0, 10), 0);
    EXPECT_FALSE(query.number("min_score", 0, 10));
    EXPECT_FALSE(query.flag("remote"));
    constexpr std::array<std::string_view, 1> words{"down"};
    EXPECT_FALSE(query.oneOf("order", words));
    std::vector<std::string> types;
    for (const wire::Problem& problem : query.problems()) types.push_back(problem.type);
    EXPECT_EQ(types, (std::vector<std::string>{"greater_than_equal", "int_parsing", "less_than_equal", "bool_parsing",
                                               "literal_error"}));
    EXPECT_EQ(std::get<std::string>(query.problems()[0].loc[1]), "limit");
}

TEST(Query, RefusesNumbersThatAreNone) {
    const auto target = parseTarget("/?a=nan&b=inf&c=1e5&d=99999999999999999999&e=-1&f=+5");
    Query query(*target);
    EXPECT_FALSE(query.number("a", 0, 10));
    EXPECT_FALSE(query.number("b", 0, 10));
    for (const char* name : {"c", "d", "e", "f"}) EXPECT_EQ(query.integer(name, 7, 0, 10), 7) << name;
    EXPECT_EQ(query.problems().size(), 6U);
}

TEST(Query, CountsTheLastOfARepeatedField) {
    const auto target = parseTarget("/?limit=5&limit=6");
    EXPECT_EQ(Query(*target).integer("limit", 50, 1, 100), 6);
}

TEST(Query, ReadsListsOfWordsAndTimes) {
    constexpr std::array<std::string_view, 3> words{"new", "saved", "hidden"};
    const auto target = parseTarget("/?a=saved,new&b=saved,&c=old&d=2026-03-02&e=soon&f=,");
    Query query(*target);
    EXPECT_EQ(query.anyOf("a", words), (std::vector<std::string_view>{"saved", "new"}));
    EXPECT_EQ(query.anyOf("b", words), (std::vector<std::string_view>{"saved"}));
    EXPECT_TRUE(query.anyOf("z", words).empty());
    EXPECT_TRUE(query.time("d").has_value());
    EXPECT_TRUE(query.problems().empty());
    EXPECT_TRUE(query.anyOf("c", words).empty());
    EXPECT_FALSE(query.time("e"));
    EXPECT_TRUE(query.anyOf("f", words).empty());
    EXPECT_EQ(query.problems().size(), 3U);
}

TEST(Page, LinksToItsNeighboursWithTheSameFilter) {
    const auto target = parseTarget("/job-offers?q=c%2B%2B&limit=10&offset=10&remote=true");
    const auto at = [](std::int64_t offset) {
        return Paging{.request = {.limit = 10, .offset = offset, .cursor = {}}, .byCursor = false};
    };
    EXPECT_EQ(nextPage(*target, at(10), 21, "c"), "/job-offers?q=c%2B%2B&remote=true&limit=10&offset=20");
    EXPECT_EQ(nextPage(*target, at(10), 20, ""), std::nullopt);
    EXPECT_EQ(previousPage(*target, at(10), "c"), "/job-offers?q=c%2B%2B&remote=true&limit=10&offset=0");
    EXPECT_EQ(previousPage(*target, at(4), "c"), "/job-offers?q=c%2B%2B&remote=true&limit=10&offset=0");
    EXPECT_EQ(previousPage(*target, at(0), ""), std::nullopt);
}

TEST(Page, LinksByCursorOnceTheQueryHasOne) {
    const auto target = parseTarget("/skills?search=c&cursor=&limit=5");
    Query query(*target);
    const Paging first = paging(query);
    EXPECT_TRUE(first.byCursor);
    EXPECT_EQ(first.request.limit, 5);
    EXPECT_EQ(nextPage(*target, first, 99, "a+b"), "/skills?search=c&limit=5&cursor=a%2Bb");
    EXPECT_EQ(nextPage(*target, first, 99, ""), std::nullopt) << "the list's end";
    EXPECT_EQ(previousPage(*target, first, ""), std::nullopt);
}

TEST(ResponseHead, LetsNoValueBeginAnotherHeader) {
    Response response{.status = 200, .contentType = "text/plain", .body = "hello", .headers = {}};
    response.headers.emplace_back("Location", "/a\r\nSet-Cookie: x=y");
    response.headers.emplace_back("Cache-Control", "max-age=5");
    const std::string head = responseHead(response, "id", true);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(head.ends_with("Connection: close\r\n\r\n"));
    EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
    EXPECT_EQ(head.find("no-store"), std::string::npos) << "a handler's own header wins";
    EXPECT_EQ(
        responseHead({.status = 204, .contentType = {}, .body = {}, .headers = {}}, "id", false).find("Content-Length"),
        std::string::npos);
}

}  // namespace nextjob::api
