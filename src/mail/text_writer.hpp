#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::mail {

// Writes clean text: white space inside a line folded to one space, lines trimmed, runs of empty lines made
// one, invisible characters dropped. White space and line ends are written only when a word follows, so that
// the text never ends in them and size() after a write is the end of a word.
class TextWriter {
  public:
    // Appends to `out` and nothing else of it is changed; `limit` bounds what this writer adds.
    TextWriter(std::string& out, std::size_t limit) : out_(out), start_(out.size()), limit_(limit) {}

    // Well-formed UTF-8 in which line ends are white space like any other (HTML).
    void write(std::string_view text) { writeText(text, false); }

    // The same with line ends kept, and a tab or a run of spaces as two spaces (plain text, <pre>).
    void writeLines(std::string_view text) { writeText(text, true); }

    // The same with character references resolved ("&amp;").
    void writeMarkup(std::string_view text, bool keepLineEnds = false);

    void writeCodePoint(char32_t codePoint);

    void space() {
        if (spaces_ == 0) spaces_ = 1;
    }
    void endLine() {
        if (breaks_ == 0) breaks_ = 1;
    }  // what comes next stands on a line of its own
    void newLine() {
        if (breaks_ < 2) ++breaks_;
    }  // twice leaves an empty line

    std::size_t size() const { return out_.size(); }
    bool full() const { return full_; }  // the limit was met and something dropped

  private:
    void writeText(std::string_view text, bool lines);
    void gap(std::uint8_t spaces) { spaces_ = static_cast<std::uint8_t>(spaces_ + spaces > 2 ? 2 : spaces_ + spaces); }
    void writeWord(std::string_view word);
    bool flushSpace(std::size_t coming);

    std::string& out_;
    std::size_t start_;
    std::size_t limit_;
    std::uint8_t breaks_ = 0;
    std::uint8_t spaces_ = 0;
    bool full_ = false;
};

// White space (no-break, thin and ideographic spaces too), or nothing to see at all.
bool isSpaceCodePoint(char32_t codePoint);
bool isInvisibleCodePoint(char32_t codePoint);

// One line of clean text.
std::string cleanLine(std::string_view text, std::size_t limit = 4096);

}  // namespace nextjob::mail
