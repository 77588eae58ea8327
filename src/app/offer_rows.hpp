#pragma once

#include "model/stored_offer.hpp"

#include <string>
#include <vector>

namespace nextjob::app {

// {"offers":[…]}: stored offers as JSON, with a line break at the end. Members that are unknown are null.
std::string offersJson(const std::vector<StoredOffer>& offers);

// The offers as CSV (RFC 4180) with a header line. A text that a spreadsheet would run as a formula begins with an
// apostrophe: mail is a stranger's.
std::string offersCsv(const std::vector<StoredOffer>& offers);

}  // namespace nextjob::app
