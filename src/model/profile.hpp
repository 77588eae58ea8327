#pragma once

#include "model/offer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob {

// Counts the changes of a user's skills and preferences, from 1.
using ProfileVersion = std::int64_t;

// The least that a user wants to earn.
struct SalaryFloor {
    double amount = 0;     // in units of the currency, above 0
    std::string currency;  // ISO 4217
    SalaryPeriod period = SalaryPeriod::Year;
};

// What a user has and wants, as scoring reads it. What is empty is not wished for and neither helps nor harms
// an offer.
struct Profile {
    std::vector<std::string> skills;     // the taxonomy's names or aliases, or the user's own words
    std::vector<Seniority> seniorities;  // any of them suits
    std::vector<std::string> places;     // cities, regions or countries; any of them suits
    std::vector<WorkMode> workModes;     // any of them suits
    std::optional<SalaryFloor> salaryFloor;
    std::vector<std::string> languages;        // that the user can work in, ISO 639-1
    std::vector<std::string> hiddenCompanies;  // whose offers the user does not want to see
    ProfileVersion version = 0;                // never newer than the rest
};

}  // namespace nextjob
