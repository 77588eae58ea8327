#pragma once

#include "analyse/extract/page.hpp"
#include "analyse/extract/sender.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace nextjob::analyse {

// The part of a mail that presents one job: a title and the lines that belong to it.
struct Record {
    Span title;                         // as found; a company or place may still be part of it
    std::uint32_t titleLine = 0;        // index into Page::lines()
    std::uint32_t first = 0, last = 0;  // lines [first, last)
    std::uint32_t link = noIndex;       // index into Page::links()
    double confidence = 0;              // how surely the title is one, about 0 to 1.5
};

// Which half of a document is read.
enum class Section : std::uint8_t { Html, Plain };

// Finds the repeated (or single) records of a section: lines that look like job titles, alone and as a group of
// lines that look alike; then what belongs to each by the tree (the largest element that holds no other title) or,
// in flat layouts, by the pattern of lines between titles.
std::vector<Record> findRecords(const Page& page, Section section, const SenderProfile* sender);

}  // namespace nextjob::analyse
