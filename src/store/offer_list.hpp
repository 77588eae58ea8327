#pragma once

#include "model/stored_offer.hpp"
#include "store/list.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::store {

// How an engine says what differs in a list of offers; {} stands for a column or a parameter.
struct OfferListDialect {
    std::string_view titleKey, companyKey;  // what is sorted by and looked into: the folded text
    std::string_view contains;              // "instr({}, {}) > 0": the text of the first holds the second
    std::string_view words;                 // the offer has the words of this parameter
    // The parameters for the words of a text, each of which an offer must satisfy; none when there is no word in it.
    std::vector<std::string> (*searchValues)(std::string_view text);
};

// The list that a filter and an order ask for, of the table `offers o`. To `columns`, which are the id and the list's
// key, the engine adds its own; it says what to read them from.
ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort, const OfferListDialect& dialect);

}  // namespace nextjob::store
