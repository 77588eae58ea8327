#pragma once

#include "analyse/extract/page.hpp"

#include <optional>
#include <span>
#include <vector>

namespace nextjob::analyse {

// A title as found, and what its record says besides.
struct TitleParts {
    Span title;
    std::optional<Span> company, location;
};

// Takes a company and a place out of titles that hold them: "Developer at Acme", "Nurse - Toronto, ON, CA",
// "Acme is hiring a Cook in Lyon". A mark that could belong to a title ("Manager - Data") cuts only when what it cuts
// off is a place, or when most titles of the mail have it and lack a company that is not named elsewhere.
void splitTitles(const Page& page, std::span<TitleParts> titles, bool companyElsewhere);

}  // namespace nextjob::analyse
