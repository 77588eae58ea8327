#include "text/base64.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace nextjob::text {

namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t noDigit = 1U << 24U;  // sets a bit that no value of four digits has

// What a digit counts at each of the four places, so that a group is four look-ups and three ORs.
constexpr auto valuesAt = [] {
    std::array<std::array<std::uint32_t, 256>, 4> tables{};
    for (std::size_t place = 0; place < 4; ++place) {
        tables[place].fill(noDigit);
        for (std::size_t value = 0; value < digits.size(); ++value)
            tables[place][static_cast<unsigned char>(digits[value])] = static_cast<std::uint32_t>(value)
                                                                       << (18 - 6 * place);
    }
    return tables;
}();

// All 4096 pairs of digits: a group of three bytes is two look-ups.
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 4096> table{};
    for (std::size_t value = 0; value < table.size(); ++value)
        table[value] = {digits[value >> 6U], digits[value & 63U]};
    return table;
}();

std::uint32_t byteAt(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint32_t valueAt(std::string_view text, std::size_t at, std::size_t place) {
    return valuesAt[place][static_cast<unsigned char>(text[at + place])];
}

}  // namespace

void appendBase64(std::string& out, std::string_view bytes) {
    const std::size_t begin = out.size();
    out.resize(begin + base64Size(bytes.size()));
    char* to = out.data() + begin;
    const auto put = [&to](std::uint32_t group) {
        std::memcpy(to, pairs[group >> 12U].data(), 2);
        std::memcpy(to + 2, pairs[group & 4095U].data(), 2);
        to += 4;
    };
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3)
        put(byteAt(bytes, at) << 16U | byteAt(bytes, at + 1) << 8U | byteAt(bytes, at + 2));
    const std::size_t left = bytes.size() - at;
    if (left == 0) return;
    put(byteAt(bytes, at) << 16U | (left == 2 ? byteAt(bytes, at + 1) << 8U : 0));
    to[-1] = '=';
    if (left == 1) to[-2] = '=';
}

std::optional<std::string> decodeBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    std::string bytes(text.size() / 4 * 3, '\0');
    std::uint32_t wrong = 0;
    char* to = bytes.data();
    const auto put = [&](std::uint32_t group) {
        wrong |= group;
        to[0] = static_cast<char>(group >> 16U);
        to[1] = static_cast<char>(group >> 8U);
        to[2] = static_cast<char>(group);
        to += 3;
    };
    const std::size_t whole = padding == 0 ? text.size() : text.size() - 4;
    for (std::size_t at = 0; at < whole; at += 4)
        put(valueAt(text, at, 0) | valueAt(text, at, 1) | valueAt(text, at, 2) | valueAt(text, at, 3));
    if (padding != 0) {
        const std::uint32_t third = padding == 1 ? valueAt(text, whole, 2) : 0;
        const std::uint32_t group = valueAt(text, whole, 0) | valueAt(text, whole, 1) | third;
        if ((group & (padding == 1 ? 0xFFU : 0xFFFFU)) != 0) return std::nullopt;  // bits that count for nothing
        put(group);
        bytes.resize(bytes.size() - padding);
    }
    if ((wrong & noDigit) != 0) return std::nullopt;
    return bytes;
}

}  // namespace nextjob::text
