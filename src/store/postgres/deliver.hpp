#pragma once

#include "store/offers.hpp"
#include "store/postgres/offer_batch.hpp"

#include <vector>

namespace nextjob::store::postgres {

// Deliveries of several callers in one transaction and two round trips, three when they hold a known job; a report for
// each. Under the shared lock it fails with isUniqueViolation when another transaction brings one of the jobs or
// messages first: what that one did is seen when the work is done anew.
Task<Result<std::vector<DeliveryReport>>> deliver(Call& call, std::vector<const std::vector<DeliveredOffer>*> callers,
                                                  Timestamp now, UserLock lock);

}  // namespace nextjob::store::postgres
