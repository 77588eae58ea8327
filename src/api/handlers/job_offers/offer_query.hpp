#pragma once

#include "api/query.hpp"
#include "model/stored_offer.hpp"

namespace nextjob::api {

// Which offers a query asks for, and in which order: the same for the list and its exports.
OfferFilter offerFilter(Query& query);
OfferSort offerSort(Query& query);

}  // namespace nextjob::api
