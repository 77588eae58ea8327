#include "text/base64.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace nextjob::text {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encoded(std::string_view bytes) {
    std::string text;
    appendBase64(text, bytes);
    return text;
}

// As RFC 4648 says it, bit by bit.
std::string expected(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) text += digits[bits >> static_cast<unsigned>(held - 6) & 63U];
    }
    if (held != 0) text += digits[bits << static_cast<unsigned>(6 - held) & 63U];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::string bytesOf(std::size_t size) {
    std::string bytes;
    std::uint32_t state = static_cast<std::uint32_t>(size) + 1;
    while (bytes.size() < size) {
        state = state * 1664525U + 1013904223U;
        bytes += static_cast<char>(state >> 24U);
    }
    return bytes;
}

TEST(Base64, IsAsTheStandardHasIt) {
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
    EXPECT_EQ(decodeBase64("Zm9vYg=="), "foob");
}

TEST(Base64, KeepsBytesOfEveryLength) {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string bytes = bytesOf(size);
        EXPECT_EQ(encoded(bytes), expected(bytes)) << size;
        EXPECT_EQ(decodeBase64(encoded(bytes)), bytes) << size;
    }
}

TEST(Base64, IsAppended) {
    std::string text = "data:";
    appendBase64(text, "foobar");
    EXPECT_EQ(text, "data:Zm9vYmFy");
}

// Long enough for every way that it is read.
TEST(Base64, HasOnlyItsDigitsAtEveryPlace) {
    const std::string good = encoded(bytesOf(150));
    for (std::size_t place = 0; place < good.size(); ++place)
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = good;
            text[place] = static_cast<char>(byte);
            const auto bytes = decodeBase64(text);
            if (digits.contains(text[place])) {
                EXPECT_EQ(encoded(bytes.value_or("")), text);
            } else if (byte != '=') {
                EXPECT_FALSE(bytes) << "byte " << byte << " at " << place;
            }
        }
}

}  // namespace
}  // namespace nextjob::text
