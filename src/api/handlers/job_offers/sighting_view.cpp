#include "api/handlers/job_offers/sighting_view.hpp"

#include "api/timestamp.hpp"

namespace nextjob::api {

SightingView view(const StoredSighting& sighting) {
    return {.messageId = sighting.message,
            .seenAt = timestamp(sighting.seenAt),
            .source = sighting.source,
            .sourceId = sighting.sourceId,
            .sender = sighting.sender,
            .subject = sighting.subject,
            .facts = view(sighting.facts)};
}

}  // namespace nextjob::api
