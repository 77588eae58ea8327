#include "text/timestamp.hpp"

#include <gtest/gtest.h>

namespace nextjob::text {
namespace {

std::string again(std::string_view text) {
    const auto time = parseTimestamp(text);
    return time ? timestamp(*time) : "none";
}

TEST(Timestamp, IsReadInTheFormsOfRfc3339) {
    EXPECT_EQ(again("2026-03-02"), "2026-03-02T00:00:00.000Z");
    EXPECT_EQ(again("2026-03-02T08:09:10Z"), "2026-03-02T08:09:10.000Z");
    EXPECT_EQ(again("2026-03-02T08:09:10.5Z"), "2026-03-02T08:09:10.500Z");
    EXPECT_EQ(again("2026-03-02 08:09:10.123456+02:00"), "2026-03-02T06:09:10.123Z");
    EXPECT_EQ(again("2026-03-02T23:30:00-01:45"), "2026-03-03T01:15:00.000Z");
}

TEST(Timestamp, IsShortWithoutAFraction) {
    EXPECT_EQ(shortTimestamp(*parseTimestamp("2026-03-02T08:09:10Z")), "2026-03-02T08:09:10Z");
    EXPECT_EQ(shortTimestamp(*parseTimestamp("2026-03-02T08:09:10.500Z")), "2026-03-02T08:09:10.500Z");
}

TEST(Timestamp, WhatIsNoneIsRefused) {
    for (const char* text :
         {"", "2026", "2026-02-30", "1969-12-31", "2026-03-02T", "2026-03-02T25:00:00Z", "2026-03-02T08:00:00",
          "2026-03-02T08:00:00+2:00", "2026-03-02T08:00:00Zx", "yesterday", "2026-03-0x", "99999-01-01"})
        EXPECT_EQ(again(text), "none") << text;
}

}  // namespace
}  // namespace nextjob::text
