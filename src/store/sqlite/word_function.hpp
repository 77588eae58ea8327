#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

namespace nextjob::store::sqlite {

// Gives a connection the SQL function has_words(words, text, …): whether every one of the words, as searchValue gives
// them, stands in one of the texts.
void addWordFunction(sqlite3* handle);

// The words of a search as one parameter; "" when there is none in the text.
std::string searchValue(std::string_view text);

}  // namespace nextjob::store::sqlite
