#include "wire/write.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace nextjob::wire {

namespace {

enum class Byte : std::uint8_t { Plain, Escape, Wide };

constexpr auto byteKinds = [] {
    std::array<Byte, 256> kinds{};
    for (std::size_t i = 0; i < kinds.size(); ++i)
        kinds[i] = i < 0x20 || i == '"' || i == '\\' ? Byte::Escape : i < 0x80 ? Byte::Plain : Byte::Wide;
    return kinds;
}();

unsigned char at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool continues(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// The length of the UTF-8 sequence that begins at i, 0 when it is none (overlong, surrogate, cut or out of range).
std::size_t wideLength(std::string_view text, std::size_t i) {
    const unsigned char lead = at(text, i);
    const unsigned char second = at(text, i + 1);
    if (!continues(second)) return 0;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (!continues(at(text, i + 2))) return 0;
    if (lead == 0xE0) return second >= 0xA0 ? 3 : 0;
    if (lead == 0xED) return second <= 0x9F ? 3 : 0;
    if (lead >= 0xE1 && lead <= 0xEF) return 3;
    if (!continues(at(text, i + 3))) return 0;
    if (lead == 0xF0) return second >= 0x90 ? 4 : 0;
    if (lead >= 0xF1 && lead <= 0xF3) return 4;
    if (lead == 0xF4) return second <= 0x8F ? 4 : 0;
    return 0;
}

void appendEscape(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4U];
            out += hex[static_cast<unsigned char>(c) & 15U];
    }
}

template <class Number>
void appendNumber(std::string& out, Number number) {
    std::array<char, 32> digits;  // 24 characters are the longest shortest-form double
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::size_t characterBytes(std::string_view text, std::size_t i) {
    return std::max<std::size_t>(
        1, byteKinds[static_cast<unsigned char>(text[i])] == Byte::Wide ? wideLength(text, i) : 1);
}

void append(std::string& out, std::string_view text) {
    out += '"';
    std::size_t run = 0;  // where the bytes begin that are copied as they are
    std::size_t i = 0;
    while (i < text.size()) {
        const Byte kind = byteKinds[static_cast<unsigned char>(text[i])];
        if (kind == Byte::Plain) {
            ++i;
            continue;
        }
        const std::size_t length = kind == Byte::Wide ? wideLength(text, i) : 0;
        if (length > 0) {
            i += length;
            continue;
        }
        out.append(text, run, i - run);
        if (kind == Byte::Wide)
            out += "\xEF\xBF\xBD";
        else
            appendEscape(out, text[i]);
        run = ++i;
    }
    out.append(text, run, i - run);
    out += '"';
}

void append(std::string& out, double number) {
    if (std::isfinite(number))
        appendNumber(out, number);
    else
        out += "null";
}

void append(std::string& out, std::int64_t number) { appendNumber(out, number); }

}  // namespace nextjob::wire
