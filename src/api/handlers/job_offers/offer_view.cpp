#include "api/handlers/job_offers/offer_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api {

OfferView view(const StoredOffer& offer) {
    OfferView shown{view(offer.facts)};
    shown.id = offer.id;
    shown.userId = offer.user;
    shown.email = offer.email;
    shown.matchScore = offer.score.matchScore;
    shown.reason = offer.score.reason;
    shown.technologiesMatched = offer.score.technologiesMatched;
    shown.source = offer.source;
    shown.sourceId = offer.sourceId;
    shown.confidence = offer.score.confidence;
    shown.criteria = {offer.score.criteriaJson};
    shown.status = nameOf(offer.state);
    shown.firstSeen = text::timestamp(offer.firstSeen);
    shown.lastSeen = text::timestamp(offer.lastSeen);
    shown.sightings = offer.sightings;
    shown.createdAt = shown.firstSeen;
    return shown;
}

}  // namespace nextjob::api
