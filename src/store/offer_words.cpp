#include "store/offer_words.hpp"

namespace nextjob::store {
namespace {

constexpr std::size_t mostSearchBytes = 1000;
constexpr std::size_t mostSearchWords = 16;
constexpr std::size_t mostBytes = 256 << 10;  // of one offer
constexpr std::size_t usualRest = 100;        // bytes of skills and of spaces

void addWords(std::string& words, std::string_view text) {
    const std::string folded = text::fold(text);
    forEachWord(folded, [&](std::string_view word) {
        if (words.size() + word.size() > mostBytes) return false;
        words += word;
        words += ' ';
        return true;
    });
}

}  // namespace

std::string wordsOf(const OfferFacts& facts) {
    std::string words;
    words.reserve(facts.title.size() + facts.company.size() + facts.location.size() + facts.description.size()
                  + usualRest);
    words += ' ';
    for (const std::string* text : {&facts.title, &facts.company, &facts.location}) addWords(words, *text);
    for (const std::string& skill : facts.skills) addWords(words, skill);
    addWords(words, facts.description);
    return words;
}

std::vector<std::string> searchWords(std::string_view text) {
    std::vector<std::string> words;
    const std::string folded = text::fold(text.substr(0, mostSearchBytes));
    forEachWord(folded, [&words](std::string_view word) {
        words.emplace_back(word);
        return words.size() < mostSearchWords;
    });
    return words;
}

}  // namespace nextjob::store
