#include "text/fold.hpp"

#include <algorithm>
#include <cstddef>

namespace nextjob::text {

namespace {

// Base letters of U+00C0 to U+017F, in order; a space stands for what is no letter.
constexpr std::string_view latinBase =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooo"
    "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latinBase.size() == 0x180 - 0xC0);

constexpr std::u32string_view greekAccented = U"άέήίόύώΆΈΉΊΌΎΏς";
constexpr std::u32string_view greekPlain = U"αεηιουωαεηιουωσ";
static_assert(greekAccented.size() == greekPlain.size());

constexpr bool within(char32_t value, char32_t first, char32_t last) { return first <= value && value <= last; }

char32_t foldGreek(char32_t value) {
    const auto accented = greekAccented.find(value);
    if (accented != std::u32string_view::npos) return greekPlain[accented];
    return within(value, 0x391, 0x3A9) ? value + 0x20 : value;
}

char32_t foldCyrillic(char32_t value) {
    if (within(value, 0x410, 0x42F)) return value + 0x20;
    if (within(value, 0x400, 0x40F)) value += 0x50;
    if (value == 0x451) return 0x435;  // ё is mostly written е
    if (within(value, 0x48A, 0x4BF) || within(value, 0x4D0, 0x52F)) return value | 1U;
    return value;
}

constexpr bool isAscii(char letter) { return static_cast<unsigned char>(letter) < 0x80; }
constexpr char lowerAscii(char letter) {
    return 'A' <= letter && letter <= 'Z' ? static_cast<char>(letter + 0x20) : letter;
}

// Most text is ASCII, and letter by letter it takes several times as long. Gives where the run ends that begins at
// `at`.
std::size_t foldAscii(std::string& out, std::string_view text, std::size_t at) {
    const auto end = std::ranges::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), isAscii);
    const auto size = static_cast<std::size_t>(end - text.begin()) - at;
    out.resize(out.size() + size);
    std::ranges::transform(text.substr(at, size), out.end() - static_cast<std::ptrdiff_t>(size), lowerAscii);
    return at + size;
}

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

}  // namespace

CodePoint decodeSequence(std::string_view text, std::size_t at) {
    constexpr CodePoint broken{0xFFFD, 1};
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
    const char32_t lead = byte(at);
    const std::uint32_t size = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (size == 1) return broken;
    char32_t value = lead & (0xFFU >> (size + 1));
    for (std::uint32_t i = 1; i < size; ++i) {
        if (!continues(text, at + i)) return broken;
        value = value << 6U | (byte(at + i) & 0x3FU);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10FFFF || within(value, 0xD800, 0xDFFF)) return broken;
    return {value, size};
}

void appendSequence(std::string& out, char32_t value) {
    const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(static_cast<unsigned char>(bits))); };
    if (value < 0x800) {
        put(0xC0U | value >> 6U);
    } else if (value < 0x10000) {
        put(0xE0U | value >> 12U);
        put(0x80U | (value >> 6U & 0x3FU));
    } else {
        put(0xF0U | value >> 18U);
        put(0x80U | (value >> 12U & 0x3FU));
        put(0x80U | (value >> 6U & 0x3FU));
    }
    put(0x80U | (value & 0x3FU));
}

char32_t foldLetter(char32_t value) {
    if (value < 0x80) return within(value, 'A', 'Z') ? value + 0x20 : value;
    if (within(value, 0xC0, 0x17F)) {
        const char base = latinBase[value - 0xC0];
        return base == ' ' ? value : static_cast<char32_t>(base);
    }
    if (within(value, 0x218, 0x219)) return 's';
    if (within(value, 0x21A, 0x21B)) return 't';
    if (within(value, 0x370, 0x3FF)) return foldGreek(value);
    if (within(value, 0x400, 0x52F)) return foldCyrillic(value);
    if (value == 0x1E9E) return 's';
    if (within(value, 0x1E00, 0x1E95) || within(value, 0x1EA0, 0x1EFF)) return value | 1U;
    if (within(value, 0xFF21, 0xFF3A)) return value - 0xFF21 + 'a';
    if (within(value, 0xFF41, 0xFF5A)) return value - 0xFF41 + 'a';
    return value;
}

bool isLetterOrDigitBeyondAscii(char32_t value) {
    if (value < 0xC0) return value == 0xAA || value == 0xB5 || value == 0xBA;
    if (value < 0x2000) return value != 0xD7 && value != 0xF7;
    if (value < 0x2C00) return within(value, 0x2C60, 0x2C7F);
    if (value < 0x3040) return value < 0x2E00;
    if (value < 0xD800) return true;
    return within(value, 0xF900, 0xFDFF) || within(value, 0xFE70, 0xFEFC) || within(value, 0xFF10, 0xFF19)
           || within(value, 0xFF21, 0xFF3A) || within(value, 0xFF41, 0xFF5A) || within(value, 0xFF66, 0xFFDC)
           || within(value, 0x20000, 0x3FFFF);
}

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (isAscii(text[at])) {
            at = foldAscii(out, text, at);
            continue;
        }
        const auto [value, size] = decode(text, at);
        at += size;
        if (within(value, 0x300, 0x36F)) continue;
        if (value == 0xDF || value == 0x1E9E) {
            out += "ss";
        } else if (value == 0xC6 || value == 0xE6) {
            out += "ae";
        } else if (value == 0x152 || value == 0x153) {
            out += "oe";
        } else {
            append(out, foldLetter(value));
        }
    }
    return out;
}

}  // namespace nextjob::text
