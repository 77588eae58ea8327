#include "mail/text_writer.hpp"

#include "mail/ascii.hpp"
#include "mail/html/entities.hpp"
#include "mail/utf8.hpp"

#include <array>

namespace nextjob::mail {
namespace {

enum Class : unsigned char {
    Word,  // copied
    Space,
    Line,     // line feed, vertical tab, form feed: a line end where these are kept
    Dropped,  // control characters
    Special,  // first byte of a character that may be a space or invisible
};

constexpr auto classes = [] {
    std::array<Class, 256> table{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = Dropped;
    table[0x7F] = Dropped;
    table[' '] = table['\t'] = table['\r'] = Space;
    table['\n'] = table['\v'] = table['\f'] = Line;
    for (const std::size_t lead : {0xC2U, 0xCDU, 0xD8U, 0xE1U, 0xE2U, 0xE3U, 0xEFU, 0xF3U}) table[lead] = Special;
    return table;
}();

Class classOf(char byte) { return classes[static_cast<unsigned char>(byte)]; }

}  // namespace

bool isSpaceCodePoint(char32_t c) {
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A)
           || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isInvisibleCodePoint(char32_t c) {
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return true;  // controls
    if (c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || c == 0xFEFF) return true;
    if (c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0) return true;      // Hangul fillers
    if (c >= 0x200B && c <= 0x200F) return true;                                    // zero width, direction marks
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)) return true;  // embedding, isolates
    return (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);          // annotations, tags
}

bool TextWriter::flushSpace(std::size_t coming) {
    const bool first = out_.size() == start_;
    const std::size_t blanks = first ? 0 : breaks_ > 0 ? breaks_ : spaces_;
    if (out_.size() - start_ + blanks + coming > limit_) {
        full_ = true;
        return false;
    }
    if (!first) out_.append(blanks, breaks_ > 0 ? '\n' : ' ');
    breaks_ = 0;
    spaces_ = 0;
    return true;
}

void TextWriter::writeWord(std::string_view word) {
    if (full_) return;
    if ((breaks_ > 0 || spaces_ > 0 || out_.size() - start_ + word.size() > limit_) && !flushSpace(word.size())) {
        return;
    }
    out_.append(word);
}

void TextWriter::writeText(std::string_view text, bool lines) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = at;
        while (at < text.size() && classOf(text[at]) == Word) ++at;
        if (at > begin) {
            writeWord(text.substr(begin, at - begin));
            continue;
        }
        switch (classOf(text[at])) {
            case Special: {
                const auto character = codePointAt(text, at);
                if (lines && (character.value == 0x2028 || character.value == 0x2029)) {
                    newLine();
                } else if (isSpaceCodePoint(character.value)) {
                    lines ? gap(1) : space();
                } else if (!isInvisibleCodePoint(character.value)) {
                    writeWord(text.substr(at, character.size));
                }
                at += character.size;
                continue;
            }
            case Line: lines ? newLine() : space(); break;
            case Space: lines ? gap(text[at] == '\t' ? 2 : 1) : space(); break;
            default: break;
        }
        ++at;
    }
}

void TextWriter::writeMarkup(std::string_view text, bool keepLineEnds) {
    while (!text.empty()) {
        const auto ampersand = text.find('&');
        if (ampersand == std::string_view::npos) return writeText(text, keepLineEnds);
        writeText(text.substr(0, ampersand), keepLineEnds);
        text.remove_prefix(ampersand);
        const auto reference = html::characterReference(text, false);
        if (reference.size == 0) {
            writeWord("&");
            text.remove_prefix(1);
            continue;
        }
        writeCodePoint(reference.codePoint);
        text.remove_prefix(reference.size);
    }
}

void TextWriter::writeCodePoint(char32_t codePoint) {
    if (isSpaceCodePoint(codePoint)) {
        space();
    } else if (!isInvisibleCodePoint(codePoint)) {
        std::string character;
        appendUtf8(character, codePoint);
        writeWord(character);
    }
}

std::string cleanLine(std::string_view text, std::size_t limit) {
    std::string out;
    TextWriter(out, limit).write(cutUtf8(text, limit * 4));
    return out;
}

}  // namespace nextjob::mail
