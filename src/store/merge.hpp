#pragma once

#include "model/stored_offer.hpp"

namespace nextjob::store {

// What is known of a job after one more mail speaks of it: nothing known is emptied or, for what names the
// job, replaced; gaps are filled; the fuller salary and description win, and a newer link of the same site (older ones
// end).
OfferFacts mergeFacts(const OfferFacts& known, const OfferFacts& seen, bool seenIsNewer);

// Whether both would be scored alike.
bool sameForScoring(const OfferFacts& left, const OfferFacts& right);

}  // namespace nextjob::store
