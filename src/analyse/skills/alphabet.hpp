#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::analyse {

// What the skill automaton reads instead of characters: case and accents folded, every kind of white space
// and hyphen the same, so that "Front-End", "front end" and "FRONT END" are one word to it.
using Symbol = std::uint8_t;

namespace symbol {
inline constexpr Symbol other = 0;      // punctuation that no skill has
inline constexpr Symbol space = 1;      // white space, hyphens and dashes
inline constexpr Symbol firstMark = 2;  // . + # / & ' and such, in the order of `marks`
inline constexpr Symbol firstWord = 17;
inline constexpr Symbol otherWord = 17;  // a letter that no skill has
inline constexpr Symbol firstLetter = 18;
inline constexpr Symbol firstDigit = firstLetter + 26;
inline constexpr Symbol firstCyrillic = firstDigit + 10;
inline constexpr Symbol count = firstCyrillic + 32 + 5;

inline constexpr std::string_view marks = ".+#/&',:()!*@$=";
static_assert(firstMark + marks.size() == firstWord);

constexpr bool isWord(Symbol s) { return s >= firstWord; }
constexpr bool isDigit(Symbol s) { return firstDigit <= s && s < firstCyrillic; }
}  // namespace symbol

// Reads symbols from UTF-8. Constant after construction.
class Alphabet {
  public:
    Alphabet();

    struct Step {
        Symbol symbol;
        std::uint32_t size;  // bytes taken, at least 1
    };

    // The symbol that begins at `at`, which is below `size`. Bytes that are not UTF-8 are `other`, one by
    // one.
    Step read(const char* text, std::size_t at, std::size_t size) const {
        const auto lead = static_cast<unsigned char>(text[at]);
        if (lead < 0x80) return {ascii_[lead], 1};
        return readLong(text, at, size, lead);
    }

    // The first place at or after `at` where no word symbol stands.
    std::size_t wordEnd(std::string_view text, std::size_t at) const {
        while (at < text.size()) {
            const auto [next, size] = read(text.data(), at, text.size());
            if (!symbol::isWord(next)) break;
            at += size;
        }
        return at;
    }

    std::string encode(std::string_view text) const;  // a symbol a char

  private:
    Step readLong(const char* text, std::size_t at, std::size_t size, unsigned char lead) const;

    std::array<Symbol, 0x80> ascii_;
    std::array<Symbol, 0x800> twoBytes_;  // by code point
};

}  // namespace nextjob::analyse
