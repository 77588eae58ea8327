#pragma once

#include "model/stored_offer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::store {

// The forms in which the database keeps what has no column of its own: an offer as one mail says it, and a
// list of names. Reading is lenient: what is missing or of another type is left empty.
std::string factsToJson(const OfferFacts& facts);
OfferFacts factsFromJson(std::string_view json);
std::string namesToJson(const std::vector<std::string>& names);
std::vector<std::string> namesFromJson(std::string_view json);

std::string dateText(std::chrono::year_month_day date);  // 2026-01-31
std::optional<std::chrono::year_month_day> dateFromText(std::string_view text);

}  // namespace nextjob::store
