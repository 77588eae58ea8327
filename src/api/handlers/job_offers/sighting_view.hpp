#pragma once

#include "api/handlers/job_offers/facts_view.hpp"
#include "model/stored_offer.hpp"
#include "wire/write.hpp"

#include <string>
#include <string_view>

namespace nextjob::api {

// One mail's word on an offer: which mail, and what it says. Views into the sighting, which outlives it.
struct SightingView {
    MessageId messageId = 0;
    std::string seenAt;
    std::string_view source;
    std::string_view sourceId;
    std::string_view sender;
    std::string_view subject;
    FactsView facts;
};
BOOST_DESCRIBE_STRUCT(SightingView, (), (messageId, seenAt, source, sourceId, sender, subject, facts))

SightingView view(const StoredSighting& sighting);

}  // namespace nextjob::api
