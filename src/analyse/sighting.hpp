#pragma once

#include "mail/document.hpp"
#include "model/offer.hpp"
#include "model/stored_offer.hpp"

#include <string>
#include <vector>

namespace nextjob::analyse {

// What is known of the job, without its proof.
OfferFacts factsOf(const Offer& offer, const std::string& language);

// The offers of one mail as the store takes them: facts, identity, and the words of the mail around each with the
// evidence in them. A job that the mail brings twice is one sighting. Scores are left as they are by default.
std::vector<OfferSighting> sightingsOf(const Extraction& extraction, const mail::Document& document);

}  // namespace nextjob::analyse
