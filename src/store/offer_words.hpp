#pragma once

#include "text/fold.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::store {

// What counts as part of a word: + and # do, so that C, C++ and C# are three words.
inline bool isWordLetter(char32_t letter) { return text::isLetterOrDigit(letter) || letter == '+' || letter == '#'; }

// Calls `take` with each word of a folded text until it says that it has enough. What is longer than 200 bytes is no
// word that someone looks for.
template <class Take>
void forEachWord(std::string_view folded, Take take) {
    constexpr std::size_t longestWord = 200;
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

// The words of a search, folded, at most 16; none when there is no word in the text.
std::vector<std::string> searchWords(std::string_view text);

}  // namespace nextjob::store
