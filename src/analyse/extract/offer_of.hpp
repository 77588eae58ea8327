#pragma once

#include "analyse/extract/draft.hpp"
#include "model/offer.hpp"

#include <chrono>
#include <optional>

namespace nextjob::analyse {

// The offer of a draft whose fields are chosen, with what its other cells say (salary, terms, day). `received` turns
// "2 days ago" into a day.
Offer offerOf(const Page& page, const Draft& draft, std::optional<std::chrono::sys_seconds> received);

}  // namespace nextjob::analyse
