#include "auth/common_passwords.hpp"

#include <sodium.h>
#include <zxcvbn.h>

#include <algorithm>
#include <cctype>

namespace nextjob::auth {

namespace {

constexpr double guessedBits = 16;        // 65,536 guesses
constexpr std::size_t judgedBytes = 100;  // of the password: the library looks at no more in detail
constexpr std::size_t mostWords = 16;     // from address and name: each costs time
constexpr std::size_t shortestWord = 3;

// The words of a text: letters and digits, and what is beyond ASCII.
void addWords(std::vector<std::string>& words, std::string_view text) {
    std::string word;
    const auto add = [&] {
        if (word.size() >= shortestWord && words.size() < mostWords) words.push_back(word);
        word.clear();
    };
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x80 && std::isalnum(byte) == 0)
            add();
        else
            word += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    }
    add();
}

}  // namespace

bool isCommonPassword(const std::string& password, const std::vector<std::string>& words) {
    std::vector<const char*> dictionary;
    for (const std::string& word : words) dictionary.push_back(word.c_str());
    dictionary.push_back(nullptr);
    std::string judged = password.substr(0, judgedBytes);
    std::ranges::replace(judged, '\0', ' ');  // the library reads up to a NUL
    const double bits = ZxcvbnMatch(judged.c_str(), dictionary.data(), nullptr);
    sodium_memzero(judged.data(), judged.size());
    return bits < guessedBits;
}

std::vector<std::string> wordsOf(std::string_view email, std::string_view fullName) {
    std::vector<std::string> words{"nextjob", "nextjobai"};
    addWords(words, email);
    addWords(words, fullName);
    return words;
}

}  // namespace nextjob::auth
