#include "text/csv.hpp"

#include <gtest/gtest.h>

namespace nextjob::text {
namespace {

TEST(CsvField, IsQuotedWhereItMustBe) {
    EXPECT_EQ(csvField(""), "");
    EXPECT_EQ(csvField("Plain words"), "Plain words");
    EXPECT_EQ(csvField("Köln"), "Köln");
    EXPECT_EQ(csvField("a, b"), "\"a, b\"");
    EXPECT_EQ(csvField("say \"hi\""), "\"say \"\"hi\"\"\"");
}

TEST(CsvField, IsNoFormula) {
    EXPECT_EQ(csvField("=1+1"), "\"'=1+1\"");
    EXPECT_EQ(csvField("@cmd"), "\"'@cmd\"");
    EXPECT_EQ(csvField("+49"), "\"'+49\"");
    EXPECT_EQ(csvField("-1"), "\"'-1\"");
    EXPECT_EQ(csvField("\t=1"), "\"' =1\"");
    EXPECT_EQ(csvField(" \r\n=1"), "\"'   =1\"");
}

TEST(CsvField, IsOneLine) { EXPECT_EQ(csvField("a\r\nb\x01"), "\"a  b \""); }

}  // namespace
}  // namespace nextjob::text
