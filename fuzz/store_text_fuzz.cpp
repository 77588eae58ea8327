// Texts that the store reads: cursors and search words from outside, its own JSON.

#include "store/cursor.hpp"
#include "store/facts_json.hpp"
#include "store/sqlite/search_words.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace nextjob::store;

// A full-text table as the schema has it, empty.
sqlite3* searchTable() {
    sqlite3* database = nullptr;
    if (sqlite3_open(":memory:", &database) != SQLITE_OK) std::abort();
    constexpr const char* table =
        "create virtual table offer_search using fts5 (owner, title, "
        "tokenize = \"unicode61 remove_diacritics 2 tokenchars '+#'\")";
    if (sqlite3_exec(database, table, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
    return database;
}

// Whether the full-text table takes the expression.
bool isExpression(const std::string& words) {
    static sqlite3* const database = searchTable();
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(database, "select rowid from offer_search where offer_search match ?1", -1, &query, nullptr);
    sqlite3_bind_text(query, 1, words.data(), static_cast<int>(words.size()), SQLITE_STATIC);
    const int code = sqlite3_step(query);
    sqlite3_finalize(query);
    return code == SQLITE_DONE;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto cursor = decodeCursor(text, "offers.score.desc")) {
        const auto again = decodeCursor(encodeCursor(*cursor), "offers.score.desc");
        if (!again || again->key != cursor->key || again->id != cursor->id) std::abort();
    }
    const nextjob::OfferFacts facts = factsFromJson(text);
    if (factsToJson(factsFromJson(factsToJson(facts))) != factsToJson(facts)) std::abort();
    const std::string words = sqlite::searchExpression(1, text);
    if (!words.empty() && !isExpression(words)) std::abort();
    return 0;
}
