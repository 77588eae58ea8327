#pragma once

#include "model/stored_offer.hpp"

#include <string>
#include <string_view>

namespace nextjob::store::postgres {

// What a search looks at of an offer: its words, folded, with a space between each two. + and # are letters, so that C,
// C++ and C# are three words.
std::string wordsOf(const OfferFacts& facts);

// What an offer must have whose words are all in the text, as a tsquery; "" when there is no word in it. Nothing of the
// text is syntax.
std::string searchExpression(std::string_view text);

}  // namespace nextjob::store::postgres
