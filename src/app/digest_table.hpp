#pragma once

#include "model/stored_offer.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nextjob::app {

struct TableStyle {
    std::size_t columns = 100;  // of the terminal, at least 40
    bool colour = false;        // ANSI colours and links
};

// The offers as a table for a person: score, what the offer is, why it scored so. Beside each other where there is
// room, else below each other. No line is wider than `columns`, but links where nothing is clickable: a cut link
// would be worthless.
std::string digestTable(const std::vector<StoredOffer>& offers, const TableStyle& style);

}  // namespace nextjob::app
