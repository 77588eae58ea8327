#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::store::sqlite {

// Gives a connection our SQL functions:
//   has_words(words, text, …)  whether every one of the words, as searchValues gives them, stands in one of the texts
//   offer_key(text)            the hash of a key's text, and
//   offer_key_board(text)      its board: for the migration of databases that kept the texts
void addFunctions(sqlite3* handle);

// All words of a search as one parameter; none when there is no word in the text.
std::vector<std::string> searchValues(std::string_view text);

}  // namespace nextjob::store::sqlite
