#pragma once

#include "analyse/extract/page.hpp"

#include <optional>

namespace nextjob::analyse {

// What a mail's "Location: Lisbon (hybrid)" lines say, the first of each.
struct LabelledFields {
    std::optional<Span> title, company, location, salary;
};

LabelledFields readLabels(const Page& page);

}  // namespace nextjob::analyse
