#pragma once

#include "api/http.hpp"
#include "model/stored_offer.hpp"
#include "store/offers.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {
class SkillFinder;
}

namespace nextjob::api {

// Offers of a service ({"job_offers": […]}, at most 1,000) as the store takes them; or the refusal that names each
// wrong field of each offer. Takes some 20 µs an offer: not for an event loop.
std::expected<DeliveredOffers, Response> readDelivery(const std::string& body, const analyse::SkillFinder& skills);

// {"created", "updated", "unchanged", "job_offers": [{"id", "user_id", "title", "source", "source_id", "result"}]}, or
// the 422 that names the offers of unknown users.
Response deliveryReply(const std::vector<DeliveredOffer>& offers, const store::DeliveryReport& report);

}  // namespace nextjob::api
