#pragma once

#include "analyse/score/score.hpp"
#include "model/profile.hpp"

#include <optional>

namespace nextjob::analyse {

// The criteria that need no knowledge of skills. Each returns its finding with a short note; the value is
// nothing when the offer does not say or can't be compared.
Criterion judgeSeniority(const OfferFacts& offer, const Profile& profile);
Criterion judgePlace(const OfferFacts& offer, const Profile& profile);
Criterion judgeSalary(const OfferFacts& offer, const Profile& profile);

// An amount by the year: 1,800 hours, 225 days, 45 weeks or 12 months of paid work.
double perYear(double amount, SalaryPeriod period);

}  // namespace nextjob::analyse
