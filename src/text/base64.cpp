#include "text/base64.hpp"

#include <array>
#include <bit>
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

#if defined(__x86_64__)

// Where the processor has AVX2: 32 digits at a time, in the compiler's own vectors.
using Chars = signed char __attribute__((vector_size(32)));
using Pairs = std::uint16_t __attribute__((vector_size(32)));
using Groups = std::uint32_t __attribute__((vector_size(32)));
using Quads = std::array<std::uint64_t, 4>;

bool isWide() { return __builtin_cpu_supports("avx2") != 0; }

// Writes the bytes of so many digits from the beginning of `text` as it returns, and whether they all were digits. What
// it leaves makes at least the eight bytes that it writes too many.
[[gnu::target("avx2")]] std::size_t decodeWide(std::string_view text, char* to, bool& good) {
    std::size_t done = 0;
    Chars all = Chars{} - 1;
    for (; text.size() - done >= 32 + 12; done += 32, to += 24) {
        Chars digit;
        std::memcpy(&digit, text.data() + done, sizeof(digit));
        const Chars upper = (digit > 'A' - 1) & (digit < 'Z' + 1);
        const Chars lower = (digit > 'a' - 1) & (digit < 'z' + 1);
        const Chars number = (digit > '0' - 1) & (digit < '9' + 1);
        const Chars plus = digit == '+', slash = digit == '/';
        all &= upper | lower | number | plus | slash;
        const auto value =
            __builtin_bit_cast(Pairs, digit - (upper & 'A') - (lower & ('a' - 26)) + (number & (52 - '0'))
                                          + (plus & (62 - '+')) + (slash & (63 - '/')));
        const auto pair = __builtin_bit_cast(Groups, (value << 6U | value >> 8U) & 0xFFFU);
        const auto group = __builtin_bit_cast(Chars, pair << 12U | pair >> 16U);
        const Chars bytes = __builtin_shufflevector(group, group, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 18, 17, 16,
                                                    22, 21, 20, 26, 25, 24, 30, 29, 28, -1, -1, -1, -1, -1, -1, -1, -1);
        std::memcpy(to, &bytes, sizeof(bytes));
    }
    const auto quads = __builtin_bit_cast(Quads, all);
    good = (quads[0] & quads[1] & quads[2] & quads[3]) == ~std::uint64_t{0};
    return done;
}

#else

bool isWide() { return false; }
std::size_t decodeWide(std::string_view /*text*/, char* /*to*/, bool& /*good*/) { return 0; }

#endif

std::uint32_t byteAt(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

// As a number, the first byte highest.
std::uint64_t eightBytes(const char* bytes) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes, sizeof(number));
    return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

std::uint32_t valueAt(std::string_view text, std::size_t at, std::size_t place) {
    return valuesAt[place][static_cast<unsigned char>(text[at + place])];
}

// The digits of all bytes; room for them is there.
void encode(std::string_view bytes, char* to) {
    const auto put = [&to](std::uint64_t group) {
        std::memcpy(to, pairs[group >> 12U & 4095U].data(), 2);
        std::memcpy(to + 2, pairs[group & 4095U].data(), 2);
        to += 4;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 6) {
        const std::uint64_t six = eightBytes(bytes.data() + at) >> 16U;
        put(six >> 24U);
        put(six);
    }
    for (; at + 3 <= bytes.size(); at += 3)
        put(byteAt(bytes, at) << 16U | byteAt(bytes, at + 1) << 8U | byteAt(bytes, at + 2));
    const std::size_t left = bytes.size() - at;
    if (left == 0) return;
    put(byteAt(bytes, at) << 16U | (left == 2 ? byteAt(bytes, at + 1) << 8U : 0));
    to[-1] = '=';
    if (left == 1) to[-2] = '=';
}

// Whether the text is base64; its bytes go to `to`, where there is room for three a group.
bool decode(std::string_view text, std::size_t padding, char* to) {
    std::uint32_t wrong = 0;
    const auto put = [&](std::uint32_t group) {
        wrong |= group;
        to[0] = static_cast<char>(group >> 16U);
        to[1] = static_cast<char>(group >> 8U);
        to[2] = static_cast<char>(group);
        to += 3;
    };
    const std::size_t whole = padding == 0 ? text.size() : text.size() - 4;
    bool good = true;
    std::size_t at = isWide() ? decodeWide(text.substr(0, whole), to, good) : 0;
    to += at / 4 * 3;
    for (; at < whole; at += 4)
        put(valueAt(text, at, 0) | valueAt(text, at, 1) | valueAt(text, at, 2) | valueAt(text, at, 3));
    if (padding != 0) {
        const std::uint32_t third = padding == 1 ? valueAt(text, whole, 2) : 0;
        const std::uint32_t group = valueAt(text, whole, 0) | valueAt(text, whole, 1) | third;
        if ((group & (padding == 1 ? 0xFFU : 0xFFFFU)) != 0) return false;  // bits that count for nothing
        put(group);
    }
    return good && (wrong & noDigit) == 0;
}

}  // namespace

void appendBase64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size(), size = before + base64Size(bytes.size());
    out.resize_and_overwrite(size, [&](char* data, std::size_t) {
        encode(bytes, data + before);
        return size;
    });
}

std::optional<std::string> decodeBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const std::size_t size = text.size() / 4 * 3;
    bool good = false;
    std::string bytes;
    bytes.resize_and_overwrite(size, [&](char* data, std::size_t) {
        good = decode(text, padding, data);
        return size - padding;
    });
    if (!good) return std::nullopt;
    return bytes;
}

}  // namespace nextjob::text
