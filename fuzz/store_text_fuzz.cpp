// Texts that the store reads: cursors and searches from outside, words of mails, its own JSON.

#include "store/cursor.hpp"
#include "store/facts_json.hpp"
#include "store/offer_words.hpp"
#include "store/postgres/offer_search.hpp"
#include "text/fold.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace nextjob::store;
using Words = std::set<std::string, std::less<>>;

void require(bool holds) {
    if (!holds) std::abort();
}

void addWords(Words& words, std::string_view folded) {
    forEachWord(folded, [&words](std::string_view word) {
        words.emplace(word);
        return true;
    });
}

// What PostgreSQL finds: what is stored for it, and what stands between two ASCII spaces or signs.
Words foundByServer(const std::string& text) {
    nextjob::OfferFacts facts;
    facts.description = text;
    Words words;
    addWords(words, postgres::foldedWords(facts));
    const auto endsWord = [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte < 0x80 && !isWordLetter(byte);
    };
    for (auto at = text.begin(); at != text.end();) {
        const auto end = std::find_if(at, text.end(), endsWord);
        const std::string_view piece(at, end);
        if (std::ranges::all_of(piece, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; }))
            addWords(words, nextjob::text::fold(piece));
        at = end == text.end() ? end : end + 1;
    }
    return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto cursor = decodeCursor(text, "offers.score.desc")) {
        const auto again = decodeCursor(encodeCursor(*cursor), "offers.score.desc");
        require(again && again->key == cursor->key && again->id == cursor->id);
    }
    const nextjob::OfferFacts facts = factsFromJson(text);
    require(factsToJson(factsFromJson(factsToJson(facts))) == factsToJson(facts));
    const std::vector<std::string> names = namesFromJson(text), name{std::string(text)};
    require(namesFromJson(namesToJson(names)) == names);
    require(namesFromJson(namesToJson(name)) == name);

    std::string stored(text);
    std::erase(stored, '\0');
    Words words;
    addWords(words, nextjob::text::fold(stored));
    require(foundByServer(stored) == words);
    for (const std::string& word : searchWords(stored)) require(words.contains(word) || stored.size() > 1000);
    return 0;
}
