#pragma once

#include "mail/document.hpp"
#include "model/offer.hpp"

#include <vector>

namespace nextjob::analyse {

// The offers that a mail states as schema.org JobPosting items, JSON-LD or microdata
// (https://schema.org/JobPosting). An item without a title is none.
std::vector<Offer> readJobPostings(const mail::Document& document);

}  // namespace nextjob::analyse
