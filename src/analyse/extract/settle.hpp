#pragma once

#include "analyse/extract/draft.hpp"

#include <span>

namespace nextjob::analyse {

// Mends what only all records of a mail together can tell: ratings behind company names, "Acme, Somewhere" that is
// one cell in every record, towns that head a list of offers.
void settleTogether(const Page& page, std::span<Draft> drafts);

}  // namespace nextjob::analyse
