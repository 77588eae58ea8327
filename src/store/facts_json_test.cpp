#include "store/facts_json.hpp"

#include <gtest/gtest.h>

namespace nextjob::store {
namespace {

TEST(NamesJson, ComesBackWhateverTheNames) {
    using Names = std::vector<std::string>;
    for (const Names& names : {Names{}, Names{"C++"}, Names{"C++", "Node.js", ""}, Names{"a\"b", "c\\d", "e\nf"},
                               Names{"[", "]", ",", "\",\""}, Names{"\xff broken", "Zoë"}})
        EXPECT_EQ(namesFromJson(namesToJson(names)), names) << namesToJson(names);
}

TEST(NamesJson, ReadsWhatOthersWrite) {
    EXPECT_EQ(namesFromJson(R"([ "a" , "b" ])"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(namesFromJson(R"(["a", 1, "b"])"), (std::vector<std::string>{"a", "b"}));
    for (const char* wrong : {"", "[", "]", "{}", "[\"a\"", "[\"a\",]", "[\"a]", "null"})
        EXPECT_EQ(namesFromJson(wrong), std::vector<std::string>{}) << wrong;
}

TEST(DateText, HasFourTwoAndTwoDigits) {
    const auto date = std::chrono::year(2026) / 1 / 9;
    EXPECT_EQ(dateText(date), "2026-01-09");
    EXPECT_EQ(dateFromText("2026-01-09"), date);
}

}  // namespace
}  // namespace nextjob::store
