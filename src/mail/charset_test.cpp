#include "mail/charset.hpp"

#include "mail/utf8.hpp"

#include <gtest/gtest.h>

namespace nextjob::mail {
namespace {

using namespace std::string_literals;

TEST(Utf8, KnowsWellFormedFromNot) {
    EXPECT_TRUE(isUtf8("Bäcker – 面包 😀 plain text of some length"));
    for (const auto* bad :
         {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xF8\x88\x80\x80\x80"}) {
        EXPECT_EQ(validUtf8Prefix("0123456789"s + bad), 10U);
    }
}

TEST(Utf8, IsCutBetweenCharacters) {
    EXPECT_EQ(cutUtf8("aé€", 2), "a");
    EXPECT_EQ(cutUtf8("aé€", 3), "aé");
    EXPECT_EQ(cutUtf8("aé€", 9), "aé€");
}

TEST(Charset, DecodesWhatIsDeclared) {
    EXPECT_EQ(toUtf8("K\xF6ln", "ISO-8859-1").text, "Köln");
    EXPECT_EQ(toUtf8("100 \x80 \x93x\x94", "latin1").text, "100 € “x”");
    EXPECT_EQ(toUtf8("\xF0\xC5\xCB\xC1\xD2\xD8", "koi8-r").text, "Пекарь");
    EXPECT_EQ(toUtf8("\xCF\xE5\xEA\xE0\xF0\xFC", "windows-1251").text, "Пекарь");
    EXPECT_EQ(toUtf8("\xC3\xE6\xB0\xFC\xCA\xA6", "gb2312").text, "面包师");
    EXPECT_EQ(toUtf8("\x1B$B%Q%s\x1B(B", "iso-2022-jp").text, "パン");
    EXPECT_EQ(toUtf8("M+APw-hle", "utf-7").text, "Mühle");
    EXPECT_EQ(toUtf8("B\0a\0"s, "utf-16").text, "Ba");
    EXPECT_EQ(toUtf8("\xB1\xE6", "ISO-8859-2").text, "ąć");
}

TEST(Charset, BelievesTheBytesMoreThanTheLabel) {
    EXPECT_EQ(toUtf8("Köln", "iso-8859-1").text, "Köln");
    EXPECT_EQ(toUtf8("Köln", "windows-1251").text, "Köln");
    const auto lying = toUtf8("K\xF6ln \xE2\x82\xAC", "us-ascii");
    EXPECT_EQ(lying.text, "Köln €");
    EXPECT_TRUE(lying.mended);
    EXPECT_EQ(toUtf8("K\xF6ln", "x-no-such-charset").text, "Köln");
    EXPECT_FALSE(toUtf8("plain", "utf-8").mended);
}

TEST(Charset, AByteOrderMarkWins) {
    EXPECT_EQ(toUtf8("\xEF\xBB\xBFKöln", "koi8-r").text, "Köln");
    EXPECT_EQ(toUtf8("\xFF\xFEK\0\xF6\0"s, "utf-8").text, "Kö");
    EXPECT_EQ(toUtf8("\xFE\xFF\0K\0\xF6"s, "utf-8").text, "Kö");
}

TEST(Charset, AlwaysGivesUtf8) {
    std::string all;
    for (int i = 0; i < 1024; ++i) all.push_back(static_cast<char>((i * 7 + i / 256) % 256));
    for (const auto* name :
         {"", "utf-8", "utf-16", "utf-16be", "utf-32", "utf-7", "iso-2022-jp", "iso-2022-kr", "gb18030", "big5",
          "euc-jp", "shift_jis", "koi8-u", "cp1252", "hz-gb-2312", "iso-8859-8-i", "macintosh", "\"broken"}) {
        EXPECT_TRUE(isUtf8(toUtf8(all, name).text)) << name;
    }
}

TEST(Charset, IsFoundInHtml) {
    EXPECT_EQ(htmlCharset("<html><meta name=x><META charset='koi8-r'>"), "koi8-r");
    EXPECT_EQ(htmlCharset("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">"),
              "windows-1251");
    EXPECT_EQ(htmlCharset("<p>charset=x"), "");
}

}  // namespace
}  // namespace nextjob::mail
