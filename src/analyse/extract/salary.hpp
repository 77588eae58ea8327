#pragma once

#include "analyse/extract/page.hpp"
#include "model/offer.hpp"

#include <optional>

namespace nextjob::analyse {

// The first salary that the span states: amounts with a currency, or with a period ("21 an hour"). The evidence is
// the amounts with their currency, period and bounds; `verbatim` the same words.
std::optional<Proven<Salary>> findSalary(const Page& page, Span span);

// True when the span holds a part of a salary that a sender spread over several lines: "from 4 000", "$", "a month".
bool isSalaryPart(const Page& page, Span span);

}  // namespace nextjob::analyse
