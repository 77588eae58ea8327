#include "app/display_text.hpp"

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cwchar>

namespace nextjob::app {

namespace {

constexpr char32_t replacement = U'\uFFFD';

struct Character {
    char32_t code;
    std::string_view bytes;  // of the input; empty bytes never occur
};

std::size_t sequenceLength(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// The first character of `text`, which must not be empty. A byte that begins no character is one U+FFFD.
Character firstCharacter(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = sequenceLength(lead);
    if (length == 1) return {lead, text.substr(0, 1)};
    if (length == 0 || length > text.size()) return {replacement, text.substr(0, 1)};
    char32_t code = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return {replacement, text.substr(0, 1)};
        code = code << 6U | (byte & 0x3FU);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return {replacement, text.substr(0, 1)};
    return {code, text.substr(0, length)};
}

// The C library's widths for UTF-8, whatever locale the user has.
class WidthTable {
  public:
    WidthTable() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{})) {}
    WidthTable(const WidthTable&) = delete;
    WidthTable& operator=(const WidthTable&) = delete;
    ~WidthTable() {
        if (locale_ != locale_t{}) ::freelocale(locale_);
    }

    std::size_t width(char32_t code) const {
        if (code < 0x300) return code >= 0x20 && code != 0x7F ? 1 : 0;
        if (code == 0x200D || (code >= 0xFE00 && code <= 0xFE0F)) return 0;
        if (locale_ == locale_t{}) return 1;
        const locale_t before = ::uselocale(locale_);
        const int columns = ::wcwidth(static_cast<wchar_t>(code));
        ::uselocale(before);
        // What the table does not know (private use, newer than the table) shows as one box.
        return columns < 0 ? 1 : static_cast<std::size_t>(columns);
    }

  private:
    locale_t locale_;
};

std::size_t widthOf(char32_t code) {
    static const WidthTable table;
    return table.width(code);
}

bool isBidiControl(char32_t code) {
    return code == 0x61C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E)
           || (code >= 0x2066 && code <= 0x2069);
}

bool isSpace(char32_t code) {
    return code == ' ' || (code >= 9 && code <= 13) || code == 0xA0 || code == 0x1680
           || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F
           || code == 0x3000 || code == 0x85;
}

bool isControl(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xFEFF || code == 0x200B || isBidiControl(code);
}

// The longest beginning of `text` that takes at most `columns`; at least one character when `atLeastOne`.
std::string_view prefixOfWidth(std::string_view text, std::size_t columns, bool atLeastOne) {
    std::size_t used = 0;
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const auto character = firstCharacter(text.substr(bytes));
        used += widthOf(character.code);
        if (used > columns && !(atLeastOne && bytes == 0)) break;
        bytes += character.bytes.size();
    }
    return text.substr(0, bytes);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    bool space = false;
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        text.remove_prefix(character.bytes.size());
        if (isSpace(character.code)) {
            space = !result.empty();
            continue;
        }
        if (isControl(character.code)) continue;
        if (space) result += ' ';
        space = false;
        if (character.code == replacement)
            result += "\uFFFD";
        else
            result += character.bytes;
    }
    return result;
}

std::size_t displayWidth(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        columns += widthOf(character.code);
        text.remove_prefix(character.bytes.size());
    }
    return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
    if (columns == 0) return {};
    if (displayWidth(text) <= columns) return std::string(text);
    auto kept = prefixOfWidth(text, columns - 1, false);
    while (kept.ends_with(' ')) kept.remove_suffix(1);
    return std::string(kept) + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
    const auto width = displayWidth(text);
    return std::string(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    columns = std::max(columns, std::size_t{1});
    std::vector<std::string> lines;
    std::string line;
    std::size_t used = 0;
    const auto endLine = [&] {
        if (!line.empty()) lines.push_back(std::move(line));
        line.clear();
        used = 0;
    };
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        const auto width = displayWidth(word);
        if (used != 0 && used + 1 + width > columns) endLine();
        if (used != 0) {
            line += ' ';
            ++used;
        }
        while (used == 0 && displayWidth(word) > columns) {
            const auto part = prefixOfWidth(word, columns, true);
            lines.emplace_back(part);
            word.remove_prefix(part.size());
        }
        line += word;
        used += displayWidth(word);
    }
    endLine();
    return lines;
}

}  // namespace nextjob::app
