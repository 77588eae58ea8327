#include "mail/plain_text.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;

struct Line {
    std::size_t quotes = 0;
    std::string_view text;
    bool flows = false;  // goes on in the next line
};

Line readFlowed(std::string_view line) {
    Line read;
    while (read.quotes < line.size() && line[read.quotes] == '>') ++read.quotes;
    read.text = line.substr(read.quotes);
    if (read.text.starts_with(' ')) read.text.remove_prefix(1);  // stuffed
    read.flows = read.text.ends_with(' ') && read.text != "-- ";
    return read;
}

std::string_view takeLine(std::string_view& text) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void writeFlowed(std::string_view text, bool deleteSpace, TextWriter& writer) {
    bool flowing = false;
    std::size_t quotes = 0;
    while (!text.empty()) {
        Line line = readFlowed(takeLine(text));
        if (flowing && line.quotes != quotes) {
            writer.newLine();
            flowing = false;
        }
        if (!flowing && line.quotes > 0) {
            writer.write(std::string(line.quotes, '>'));
            writer.space();
        }
        if (line.flows && deleteSpace) line.text.remove_suffix(1);
        writer.writeLines(line.text);
        flowing = line.flows;
        quotes = line.quotes;
        if (!flowing) writer.newLine();
    }
}

// The words of the text without its links.
std::string withoutLinks(std::string_view text) {
    std::string rest;
    while (!text.empty()) {
        const auto start =
            std::min({findNoCase(text, "http://"), findNoCase(text, "https://"), findNoCase(text, "www.")});
        rest += text.substr(0, start);
        if (start == npos) break;
        text.remove_prefix(start);
        text.remove_prefix(std::min(text.find_first_of(" \n<>"), text.size()));
    }
    return rest;
}

bool hasWords(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return isAlpha(c) || isDigit(c) || (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

// What senders write in place of a text version, in the languages that we read.
constexpr auto hints = std::to_array<std::string_view>({
    "html",
    "browser",
    "web version",
    "online version",
    "view online",
    "view this email",
    "email client",
    "navigateur",
    "version en ligne",
    "navegador",
    "versión web",
    "przeglądar",
    "браузер",
    "webversion",
    "online-version",
    "braus",
    "prohlížeč",
    "visualizzare",
});

}  // namespace

void writePlainText(std::string_view text, PlainFormat format, TextWriter& writer) {
    if (format.flowed) return writeFlowed(text, format.deleteSpace, writer);
    writer.writeLines(text);
}

bool isPlaceholder(std::string_view plain, std::string_view html) {
    constexpr std::size_t longest = 400;  // a real text version says more, or does not speak of browsers
    constexpr std::size_t manyLinks = 4096;
    if (html.empty() || plain.size() > manyLinks) return false;
    const auto words = withoutLinks(plain);
    if (!hasWords(words)) return true;
    if (words.size() > longest || words.size() * 2 > html.size() * 3) return false;
    return std::ranges::any_of(hints, [&](auto hint) { return findNoCase(words, hint) != npos; });
}

}  // namespace nextjob::mail
