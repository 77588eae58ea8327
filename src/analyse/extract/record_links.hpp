#pragma once

#include "analyse/extract/record.hpp"

#include <span>

namespace nextjob::analyse {

// Gives each record the link that most surely leads to its offer. `relaxed`: links that look like lists may lead to
// offers.
void attachLinks(const Page& page, Section section, bool relaxed, std::span<Record> records);

}  // namespace nextjob::analyse
