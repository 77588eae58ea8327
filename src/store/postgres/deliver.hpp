#pragma once

#include "store/offers.hpp"
#include "store/postgres/call.hpp"

#include <vector>

namespace nextjob::store::postgres {

// Deliveries of several callers in one transaction and two round trips, whatever they hold; a report for each.
Task<Result<std::vector<DeliveryReport>>> deliver(Call& call, std::vector<const std::vector<DeliveredOffer>*> callers,
                                                  Timestamp now);

}  // namespace nextjob::store::postgres
