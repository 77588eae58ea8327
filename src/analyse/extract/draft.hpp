#pragma once

#include "analyse/extract/cell.hpp"
#include "analyse/extract/record.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace nextjob::analyse {

// Where a cell stands within its record: what records have in common.
struct Slot {
    int side = 0;  // -1 before the title, +1 after it
    std::uint64_t style = 0;
    std::uint32_t indexInLine = 0;
    friend auto operator<=>(const Slot&, const Slot&) = default;
};

struct PlacedCell {
    Cell cell;
    Slot slot;
    std::uint32_t order = 0;  // cells between it and the title
};

// A record on its way to an offer: its cells, and the fields chosen so far.
struct Draft {
    const Record* record;
    Span title;
    std::vector<PlacedCell> before, after;  // nearest to the title first
    std::optional<Span> company, location, labelledTitle;
    Span salary;                        // may span several cells
    std::optional<LabelField> pending;  // a label whose value is the next line
};

// The cells of a record's lines; labelled ones are fields at once.
Draft readDraft(const Page& page, const Record& record, const SenderProfile* sender);

// An unknown cell that could be the name of a firm.
bool companyLike(const Page& page, const Cell& cell);

// A few words that begin in upper case: a firm's name rather than its slogan.
bool nameLike(const Page& page, const Cell& cell);

}  // namespace nextjob::analyse
