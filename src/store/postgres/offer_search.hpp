#pragma once

#include "model/stored_offer.hpp"
#include "store/offer_list.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::store::postgres {

// A row of an offer holds of its folded text only what the server does not make of the text itself, for ASCII letters:
// most rows hold none, and are a third smaller.

// For `title_key` and `company_key`: the folded text, or nothing where lower() gives it.
std::optional<std::string> foldedKey(std::string_view text);

// For `words`: the words of those pieces between ASCII spaces and signs that are not ASCII alone, folded, each with a
// space before and behind it; "" when there is none.
std::string foldedWords(const OfferFacts& facts);

// Finds and sorts by both. Rows of older versions hold all of their folded text, which does as well.
OfferListDialect offerListDialect();

}  // namespace nextjob::store::postgres
