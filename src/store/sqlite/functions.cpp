#include "store/sqlite/functions.hpp"

#include "store/offer_key.hpp"
#include "store/offer_words.hpp"
#include "text/fold.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <new>
#include <span>
#include <vector>

namespace nextjob::store::sqlite {
namespace {

std::string_view textOf(sqlite3_value* value) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

bool allStandIn(std::vector<std::string_view> words, std::span<sqlite3_value* const> texts) {
    for (sqlite3_value* text : texts) {
        const std::string folded = text::fold(textOf(text));
        forEachWord(folded, [&words](std::string_view word) {
            std::erase(words, word);
            return !words.empty();
        });
        if (words.empty()) return true;
    }
    return false;
}

void hasWords(sqlite3_context* context, int count, sqlite3_value** values) {
    try {
        const std::span given(values, static_cast<std::size_t>(count));
        sqlite3_result_int(context, allStandIn(text::split(textOf(given[0]), " "), given.subspan(1)) ? 1 : 0);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

void keyOf(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, offerKey(textOf(values[0])));
}

void keyBoardOf(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int(context, boardOfKey(textOf(values[0])));
}

}  // namespace

void addFunctions(sqlite3* handle) {
    const auto add = [handle](const char* name, int parameters, auto* function) {
        sqlite3_create_function_v2(handle, name, parameters, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                   nullptr, function, nullptr, nullptr, nullptr);
    };
    add("has_words", -1, hasWords);
    add("offer_key", 1, keyOf);
    add("offer_key_board", 1, keyBoardOf);
}

std::vector<std::string> searchValues(std::string_view text) {
    std::string joined;
    for (const std::string& word : searchWords(text)) joined += joined.empty() ? word : ' ' + word;
    if (joined.empty()) return {};
    return {joined};
}

}  // namespace nextjob::store::sqlite
