#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace nextjob::mail {

// ASCII only, whatever the locale: what header, HTML and CSS names need.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAlpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// The value of a hexadecimal digit, or -1.
constexpr int hexValue(char c) {
    if (isDigit(c)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

constexpr bool equalNoCase(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

constexpr bool startsNoCase(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && equalNoCase(text.substr(0, prefix.size()), prefix);
}

inline std::size_t findNoCase(std::string_view text, std::string_view wanted, std::size_t from = 0) {
    if (from > text.size()) return std::string_view::npos;
    const auto rest = text.substr(from);
    const auto found = std::ranges::search(rest, wanted, {}, lower, lower);
    return found.empty() && !wanted.empty() ? std::string_view::npos
                                            : from + static_cast<std::size_t>(found.begin() - rest.begin());
}

// Some of the 256 byte values; finding one of them costs a table look-up a byte, where find_first_of calls memchr.
class ByteSet {
  public:
    constexpr explicit ByteSet(std::string_view bytes) {
        for (const char byte : bytes) members_[static_cast<unsigned char>(byte)] = true;
    }
    constexpr bool contains(char byte) const { return members_[static_cast<unsigned char>(byte)]; }

    // The first place from `from` on with a byte of the set, or npos.
    constexpr std::size_t find(std::string_view text, std::size_t from = 0) const {
        for (; from < text.size(); ++from) {
            if (contains(text[from])) return from;
        }
        return std::string_view::npos;
    }

  private:
    std::array<bool, 256> members_{};
};

constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

inline std::string toLower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

}  // namespace nextjob::mail
