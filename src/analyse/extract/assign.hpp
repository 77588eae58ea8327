#pragma once

#include "analyse/extract/record.hpp"
#include "model/offer.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace nextjob::analyse {

// Reads the fields of a section's records. A field's place is learnt from all records together: what stands in one
// place is a company if most of what stands there is no place, date or badge. Records without a usable title yield
// nothing. `received` turns "2 days ago" into a day; `companyElsewhere` says that the mail names its one employer
// outside the records, so that no part of a title is taken for a company.
std::vector<Offer> assignFields(const Page& page, std::span<const Record> records, const SenderProfile* sender,
                                std::optional<std::chrono::sys_seconds> received, bool companyElsewhere);

}  // namespace nextjob::analyse
