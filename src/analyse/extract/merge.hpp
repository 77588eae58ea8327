#pragma once

#include "model/offer.hpp"

#include <string>
#include <vector>

namespace nextjob::analyse {

// An offer with what its record knew of its link.
struct FoundOffer {
    Offer offer;
    std::string key;          // of its link, empty without one
    double confidence = 1;    // that its title is a title
    bool jobLink = false;     // the link surely leads to an offer
    bool opaqueLink = false;  // the link is a click tracker
    std::string folded;       // the title's lower-case form, set by mergeOffers
};

// Adds offers to those already found; one that is there already (the same link, or the same title and company) only
// completes what is there. A job twice in a mail is one offer.
void mergeOffers(std::vector<FoundOffer>& found, std::vector<FoundOffer> more);

// Drops what a list of offers makes unlikely: a bare title without link, company and place, and, in a list whose
// offers have links, what has none.
void dropStrays(std::vector<FoundOffer>& found);

}  // namespace nextjob::analyse
