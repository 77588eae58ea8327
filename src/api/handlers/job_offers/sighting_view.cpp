#include "api/handlers/job_offers/sighting_view.hpp"

#include "text/timestamp.hpp"

namespace nextjob::api {

SightingView view(const StoredSighting& sighting) {
    return {.messageId = sighting.message,
            .seenAt = text::timestamp(sighting.seenAt),
            .source = sighting.source,
            .sourceId = sighting.sourceId,
            .sender = sighting.sender,
            .subject = sighting.subject,
            .facts = view(sighting.facts)};
}

}  // namespace nextjob::api
