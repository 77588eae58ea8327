#include "queue/event/json_string.hpp"

#include "mail/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <iterator>

namespace nextjob::queue {

namespace {

bool isAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool isPlain(char c) { return isAscii(c) && c >= 0x20 && c != '"' && c != '\\'; }

// The same of eight characters: below 0x20, and 0 where the word is compared, a subtraction borrows from the high bit.
bool arePlain(std::uint64_t word) {
    constexpr std::uint64_t each = 0x0101010101010101U;
    const std::uint64_t quotes = word ^ (each * '"'), backslashes = word ^ (each * '\\');
    return ((word | (word - each * 0x20) | (quotes - each) | (backslashes - each)) & (each << 7U)) == 0;
}

void appendEscape(std::string& json, char c) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
    if (const auto place = named.find(c); place != std::string_view::npos)
        json.append({'\\', names[place]});
    else
        fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(c));
}

}  // namespace

std::size_t plainInJson(std::string_view text) {
    std::size_t at = 0;
    while (true) {
        for (std::uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
            std::memcpy(&word, text.data() + at, sizeof(word));
            if (!arePlain(word)) break;
        }
        while (at < text.size() && isPlain(text[at])) ++at;
        if (at == text.size() || isAscii(text[at])) return at;
        const std::size_t character = mail::utf8Size(text.substr(at));
        if (character == 0) return at;
        at += character;
    }
}

void appendJsonString(std::string& json, std::string_view text) {
    json += '"';
    while (true) {
        const std::size_t plain = plainInJson(text);
        json += text.substr(0, plain);
        if (plain == text.size()) break;
        appendEscape(json, text[plain]);
        text.remove_prefix(plain + 1);
    }
    json += '"';
}

}  // namespace nextjob::queue
