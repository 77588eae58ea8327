#pragma once

#include "api/handlers/job_offers/facts_view.hpp"
#include "model/stored_offer.hpp"
#include "wire/write.hpp"

#include <string>
#include <string_view>

namespace nextjob::api {

// An offer as the API shows it: the first API's names, and what we know beyond. Views into the offer, which outlives
// it.
struct OfferView : FactsView {
    OfferId id = 0;
    UserId userId = 0;
    std::string_view email;
    int matchScore = 0;
    std::string_view reason;
    std::string_view technologiesMatched;
    std::string_view source;
    std::string_view sourceId;
    double confidence = 0;
    wire::Raw criteria;
    std::string_view status;
    std::string firstSeen;
    std::string lastSeen;
    int sightings = 0;
    std::string createdAt;
};
BOOST_DESCRIBE_STRUCT(OfferView, (FactsView),
                      (id, userId, email, matchScore, reason, technologiesMatched, source, sourceId, confidence,
                       criteria, status, firstSeen, lastSeen, sightings, createdAt))

OfferView view(const StoredOffer& offer);

}  // namespace nextjob::api
