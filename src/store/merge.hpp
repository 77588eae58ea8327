#pragma once

#include "model/stored_offer.hpp"

#include <string_view>

namespace nextjob::store {

// What is known of a job after one more mail speaks of it: nothing known is emptied or, for what names the
// job, replaced; gaps are filled; the fuller salary and description win, and a newer link of the same site (older ones
// end).
OfferFacts mergeFacts(const OfferFacts& known, const OfferFacts& seen, bool seenIsNewer);

// Whether both would be scored alike.
bool sameForScoring(const OfferFacts& left, const OfferFacts& right);

// The part of a link key that names the board, with its colon: "linkedin:"; "" for an address of no known board.
std::string_view boardOf(std::string_view linkKey);

}  // namespace nextjob::store
