#include "analyse/extract/words.hpp"

#include <glib.h>

#include <algorithm>
#include <array>

namespace nextjob::analyse {

namespace {

bool asciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool asciiDigit(char c) { return c >= '0' && c <= '9'; }
char asciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// The Ukrainian apostrophe is a letter to Unicode; here it parts words as the plain one does.
constexpr gunichar letterApostrophe = 0x02BC;

struct Character {
    gunichar code;
    std::uint32_t size;
};

Character characterAt(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {lead, 1};
    const auto code = g_utf8_get_char_validated(text.data() + at, static_cast<gssize>(text.size() - at));
    if (code >= static_cast<gunichar>(-2)) return {0xFFFD, 1};
    const std::uint32_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return {code, size};
}

void appendFolded(std::string& out, gunichar code) {
    std::array<char, 6> bytes{};
    const auto size = g_unichar_to_utf8(g_unichar_tolower(code), bytes.data());
    out.append(bytes.data(), static_cast<std::size_t>(size));
}

// "1,200", "2.5", "30+": a grouping mark belongs to the number only between digits.
std::size_t endOfNumber(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (asciiDigit(text[at])) {
            ++at;
        } else if ((text[at] == ',' || text[at] == '.') && at + 1 < text.size() && asciiDigit(text[at + 1])) {
            at += 2;
        } else {
            break;
        }
    }
    return at < text.size() && text[at] == '+' ? at + 1 : at;
}

bool beginsWord(gunichar code) {
    return code < 0x80 ? asciiLetter(static_cast<char>(code))
                       : code != letterApostrophe && g_unichar_isalpha(code) != 0;
}

// Appends the lower-case form of the word that begins at `at` and returns where it ends.
std::size_t foldWord(std::string_view text, std::size_t at, std::string& folded) {
    while (at < text.size()) {
        if (asciiLetter(text[at]) || asciiDigit(text[at])) {
            folded += asciiLower(text[at++]);
            continue;
        }
        const auto next = characterAt(text, at);
        const bool within = next.code >= 0x80 && next.code != letterApostrophe
                            && (g_unichar_isalnum(next.code) != 0 || g_unichar_ismark(next.code) != 0);
        if (!within) break;
        appendFolded(folded, next.code);
        at += next.size;
    }
    return at;
}

bool beginsAddress(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

std::size_t endOfAddress(std::string_view text, std::size_t at) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ' && text[at] != ')' && text[at] != '>') ++at;
    return at;
}

}  // namespace

Words cutWords(std::string_view text, std::uint32_t base) {
    Words words;
    words.list.reserve(text.size() / 6);
    words.folded.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        // An address is no prose, and tracking makes it long.
        if (text[at] == 'h' && beginsAddress(text.substr(at))) {
            at = endOfAddress(text, at);
            continue;
        }
        const bool digit = asciiDigit(text[at]);
        const auto first = characterAt(text, at);
        if (!digit && !beginsWord(first.code)) {
            at += first.size;
            continue;
        }
        const auto begin = at;
        const auto foldedBegin = words.folded.size();
        if (digit) {
            at = endOfNumber(text, at);
            words.folded.append(text.substr(begin, at - begin));
        } else {
            at = foldWord(text, at, words.folded);
        }
        words.list.push_back(
            {.span = {base + static_cast<std::uint32_t>(begin), base + static_cast<std::uint32_t>(at)},
             .folded = static_cast<std::uint32_t>(foldedBegin),
             .foldedSize = static_cast<std::uint16_t>(std::min<std::size_t>(words.folded.size() - foldedBegin, 0xFFFF)),
             .number = digit,
             .capitalised = !digit && g_unichar_isupper(first.code) != 0});
    }
    return words;
}

std::string foldCase(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto next = characterAt(text, at);
        if (next.code < 0x80) {
            out += asciiLower(text[at]);
        } else if (next.code == 0x2019 || next.code == letterApostrophe) {
            out += '\'';
        } else {
            appendFolded(out, next.code);
        }
        at += next.size;
    }
    return out;
}

namespace {

// Marks around a field, by a single byte and by more; a closing bracket or a full stop may belong to the field itself.
constexpr std::string_view marks = " \n\t|-,:;*/_";
constexpr std::array<std::string_view, 9> wideMarks = {"·", "•", "–", "—", "→", "›", "●", "▪", "‣"};

bool ascii(char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; }

// Bytes of the mark at which the text begins (ends); 0 when it is none.
std::uint32_t markBegins(std::string_view text) {
    if (ascii(text.front())) return marks.contains(text.front()) ? 1 : 0;
    const auto* mark = std::ranges::find_if(wideMarks, [&](std::string_view m) { return text.starts_with(m); });
    return mark == wideMarks.end() ? 0 : static_cast<std::uint32_t>(mark->size());
}
std::uint32_t markEnds(std::string_view text) {
    if (ascii(text.back())) return marks.contains(text.back()) ? 1 : 0;
    const auto* mark = std::ranges::find_if(wideMarks, [&](std::string_view m) { return text.ends_with(m); });
    return mark == wideMarks.end() ? 0 : static_cast<std::uint32_t>(mark->size());
}

}  // namespace

Span trimField(std::string_view text, Span span) {
    // What two ranges share is given as it is: it may end before it begins.
    if (span.begin >= span.end) return span;
    const auto field = [&] { return text.substr(span.begin, span.size()); };
    for (std::uint32_t size = 0; !span.empty() && (size = markBegins(field())) != 0;) span.begin += size;
    for (std::uint32_t size = 0; !span.empty() && (size = markEnds(field())) != 0;) span.end -= size;
    return span;
}

Span trimSymbols(std::string_view text, Span span) {
    span = trimField(text, span);
    const auto symbol = [](gunichar code) {
        if (code < 0x80 || code == 0x2122 || code == 0xA9 || code == 0xAE) return false;  // ™ © ® are part of names
        const auto type = g_unichar_type(code);
        return type == G_UNICODE_OTHER_SYMBOL || type == G_UNICODE_MATH_SYMBOL || type == G_UNICODE_FORMAT
               || type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_UNASSIGNED
               || type == G_UNICODE_MODIFIER_SYMBOL;
    };
    while (!span.empty()) {
        const auto first = characterAt(text, span.begin);
        if (!symbol(first.code)) break;
        span = trimField(text, {span.begin + first.size, span.end});
    }
    while (!span.empty()) {
        auto last = span.end - 1;
        while (last > span.begin && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
        if (!symbol(characterAt(text, last).code)) break;
        span = trimField(text, {span.begin, last});
    }
    return span;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace nextjob::analyse
