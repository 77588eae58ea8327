#pragma once

#include "analyse/extract/cell.hpp"

#include <vector>

namespace nextjob::analyse {

// The typed parts of a line that holds several fields ("Acme · Lyon", "Acme - Lyon - CDI", <b>Acme</b> 3.8 ★), or what
// lies in `span` of it as one cell. A mark that a name may hold cuts only where one side is surely a field.
std::vector<Cell> cutLine(const Page& page, const Line& line, Span span);

}  // namespace nextjob::analyse
