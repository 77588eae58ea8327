#include "store/offer_words.hpp"

namespace nextjob::store {
namespace {

constexpr std::size_t mostSearchBytes = 1000;
constexpr std::size_t mostSearchWords = 16;

}  // namespace

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
