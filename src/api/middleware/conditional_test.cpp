#include "api/middleware/conditional.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nextjob::api {
namespace {

Response answered(std::string_view ifNoneMatch, std::string body, int status = 200) {
    Response response{.status = status, .body = std::move(body), .headers = {}};
    answerConditionally(ifNoneMatch, response);
    return response;
}

std::string tagOf(const Response& response) {
    const auto found = std::ranges::find(response.headers, "ETag", &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
}

TEST(AnswerConditionally, WhatTheClientHasIsNotSentAgain) {
    const std::string tag = tagOf(answered("", "[1]"));
    ASSERT_FALSE(tag.empty());
    for (const std::string& condition : {tag, tag.substr(2), "\"other\", " + tag, std::string("*")}) {
        const Response response = answered(condition, "[1]");
        EXPECT_EQ(response.status, 304) << condition;
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(tagOf(response), tag);
    }
}

TEST(AnswerConditionally, WhatHasChangedIsSent) {
    const std::string tag = tagOf(answered("", "[1]"));
    const Response response = answered(tag, "[2]");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "[2]");
    EXPECT_NE(tagOf(response), tag);
}

TEST(AnswerConditionally, ErrorsHaveNoTag) { EXPECT_EQ(tagOf(answered("*", "{}", 404)), ""); }

}  // namespace
}  // namespace nextjob::api
