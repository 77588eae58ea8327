#pragma once

#include "model/user.hpp"

#include <string>
#include <string_view>

namespace nextjob::store::sqlite {

// The FTS5 expression for offers of this user that have all words of `text`, whatever bytes it holds: nothing
// in it is taken as syntax. "" when it holds no word.
std::string searchExpression(UserId user, std::string_view text);

}  // namespace nextjob::store::sqlite
