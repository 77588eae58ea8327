#pragma once

#include "analyse/score/score.hpp"

#include <span>
#include <string>

namespace nextjob::analyse {

// "Python", "Python and SQL", "Python, SQL and Docker", "Python, SQL, Docker and 2 more".
std::string listOf(std::span<const std::string> names, std::size_t most = 3);

// Why the offer has its score, as a person would say it: the skills first, then what else matters to the
// user.
std::string explain(const Score& score, const OfferFacts& offer, bool userHasSkills);

}  // namespace nextjob::analyse
