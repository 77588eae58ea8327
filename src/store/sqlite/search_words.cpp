#include "store/sqlite/search_words.hpp"

#include "text/fold.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

constexpr std::size_t maximumWords = 16;
constexpr std::size_t maximumBytes = 1000;

// What the index takes for part of a word (its tokenizer is told of + and #).
bool isWordLetter(char32_t letter) { return text::isLetterOrDigit(letter) || letter == '+' || letter == '#'; }

}  // namespace

std::string searchExpression(UserId user, std::string_view text) {
    std::string words;
    std::string word;
    std::size_t count = 0;
    const auto endWord = [&] {
        if (!word.empty() && count < maximumWords) {
            words += fmt::format(" AND \"{}\"", word);
            ++count;
        }
        word.clear();
    };
    text = text.substr(0, maximumBytes);
    for (std::size_t at = 0; at < text.size();) {
        const text::CodePoint letter = text::decode(text, at);
        if (isWordLetter(letter.value)) {
            word += text.substr(at, letter.size);
        } else {
            endWord();
        }
        at += letter.size;
    }
    endWord();
    return words.empty() ? words : fmt::format("owner : user{}{}", user, words);
}

}  // namespace nextjob::store::sqlite
