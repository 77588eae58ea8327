#include "store/postgres/offer_words.hpp"

#include "text/fold.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

constexpr std::size_t mostSearchBytes = 1000;
constexpr std::size_t mostSearchWords = 16;
constexpr std::size_t longestWord = 200;      // bytes; what is longer is no word that someone looks for
constexpr std::size_t mostBytes = 256 << 10;  // of one offer; a tsvector takes a megabyte

bool isWordLetter(char32_t letter) { return text::isLetterOrDigit(letter) || letter == '+' || letter == '#'; }

// Calls `take` with each word until it says that it has enough.
template <class Take>
void forEachWord(std::string_view folded, Take take) {
    std::size_t begin = 0;
    const auto end = [&](std::size_t at) {
        const auto word = folded.substr(begin, at - begin);
        return word.empty() || word.size() > longestWord || take(word);
    };
    for (std::size_t at = 0; at < folded.size();) {
        const text::CodePoint letter = text::decode(folded, at);
        if (!isWordLetter(letter.value)) {
            if (!end(at)) return;
            begin = at + letter.size;
        }
        at += letter.size;
    }
    end(folded.size());
}

void addWords(std::string& words, std::string_view text) {
    const std::string folded = text::fold(text);
    forEachWord(folded, [&](std::string_view word) {
        if (words.size() + word.size() > mostBytes) return false;
        if (!words.empty()) words += ' ';
        words += word;
        return true;
    });
}

}  // namespace

std::string wordsOf(const OfferFacts& facts) {
    std::string words;
    for (const std::string* text : {&facts.title, &facts.company, &facts.location}) addWords(words, *text);
    for (const std::string& skill : facts.skills) addWords(words, skill);
    addWords(words, facts.description);
    return words;
}

std::string searchExpression(std::string_view text) {
    std::string expression;
    std::size_t count = 0;
    const std::string folded = text::fold(text.substr(0, mostSearchBytes));
    forEachWord(folded, [&](std::string_view word) {
        expression += fmt::format("{}'{}'", expression.empty() ? "" : " & ", word);
        return ++count < mostSearchWords;
    });
    return expression;
}

}  // namespace nextjob::store::postgres
