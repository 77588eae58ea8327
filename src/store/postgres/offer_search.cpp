#include "store/postgres/offer_search.hpp"

#include "store/offer_words.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nextjob::store::postgres {
namespace {

constexpr std::size_t mostBytes = 256 << 10;  // of one offer's words

// As the server has it: a zero byte becomes U+FFFD on its way there.
constexpr bool isAscii(char letter) { return letter != '\0' && static_cast<unsigned char>(letter) < 0x80; }

// Ends a piece: any ASCII letter that is not part of a word.
bool isSeparator(char letter) { return isAscii(letter) && !isWordLetter(static_cast<unsigned char>(letter)); }

// The same in a pattern for the server, whose text has no capitals then.
constexpr std::string_view separator =
    R"([\u0001-\u0022\u0024-\u002a\u002c-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f])";

void addWords(std::string& words, std::string_view piece) {
    const std::string folded = text::fold(piece);
    forEachWord(folded, [&](std::string_view word) {
        if (words.size() + word.size() > mostBytes) return false;
        if (words.empty()) words += ' ';
        words += word;
        words += ' ';
        return true;
    });
}

void addPieces(std::string& words, std::string_view text) {
    for (auto at = text.begin(); (at = std::find_if_not(at, text.end(), isAscii)) != text.end();) {
        const auto begin = std::find_if(std::reverse_iterator(at), text.rend(), isSeparator).base();
        at = std::find_if(at, text.end(), isSeparator);
        addWords(words, std::string_view(begin, at));
    }
}

// A pattern for each word, which must not go on before or behind it.
std::vector<std::string> searchPatterns(std::string_view text) {
    std::vector<std::string> patterns;
    for (const std::string& word : searchWords(text)) {
        std::string quoted;
        for (const char letter : word) {
            if (letter == '+') quoted += '\\';
            quoted += letter;
        }
        patterns.push_back(fmt::format("(?:^|{0}){1}(?:{0}|$)", separator, quoted));
    }
    return patterns;
}

}  // namespace

std::optional<std::string> foldedKey(std::string_view text) {
    if (std::ranges::all_of(text, isAscii)) return std::nullopt;
    return text::fold(text);
}

std::string foldedWords(const OfferFacts& facts) {
    std::string words;
    for (const std::string* text : {&facts.title, &facts.company, &facts.location}) addPieces(words, *text);
    for (const std::string& skill : facts.skills) addPieces(words, skill);
    addPieces(words, facts.description);
    return words;
}

OfferListDialect offerListDialect() {
    return {.titleKey = R"(coalesce(o.title_key, lower(o.title collate "C")))",
            .companyKey = R"(coalesce(o.company_key, lower(o.company collate "C")))",
            .contains = "strpos({}, {}) > 0",
            .words =
                "o.words || lower(concat_ws(' ', o.title, o.company, o.location, o.skills, o.description) "
                "collate \"C\") ~ {}",
            .searchValues = searchPatterns};
}

}  // namespace nextjob::store::postgres
