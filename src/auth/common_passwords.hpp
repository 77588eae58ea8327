#pragma once

#include "model/user.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// Whether one who guesses passwords that many people use, and these words, with the usual changes (capitals, digits for
// letters, a number behind it, two of them in a row), would come upon this one within the first 65,536 guesses. At the
// pace that the limits of sign-ins leave for one account that is three weeks. Takes up to some milliseconds.
bool isCommonPassword(const std::string& password, const std::vector<std::string>& words);

// What a guesser tries first for this user: the words of the address and the name, and what this program is called.
std::vector<std::string> wordsOf(std::string_view email, std::string_view fullName);
inline std::vector<std::string> wordsOf(const User& user) { return wordsOf(user.email, user.fullName); }

}  // namespace nextjob::auth
