#pragma once

#include "api/json/write.hpp"
#include "model/stored_offer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::api {

struct SalaryView {
    std::string_view verbatim;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::optional<std::string_view> currency;
    std::optional<std::string_view> period;
};
BOOST_DESCRIBE_STRUCT(SalaryView, (), (verbatim, minimum, maximum, currency, period))

// An offer as the API shows it: the first API's names, and what we know beyond. What no mail says is null. Views into
// the offer, which outlives it.
struct OfferView {
    OfferId id = 0;
    UserId userId = 0;
    std::string_view email;
    int matchScore = 0;
    std::string_view reason;
    std::string_view technologiesMatched;
    std::string_view title;
    std::optional<std::string_view> company;
    std::optional<std::string_view> location;
    std::optional<std::string_view> description;
    std::optional<std::string_view> applyLink;
    std::string_view source;
    std::string_view sourceId;
    std::optional<SalaryView> salary;
    std::optional<std::string_view> workMode;
    std::optional<bool> remote;
    std::optional<std::string_view> employmentType;
    std::optional<std::string_view> seniority;
    std::optional<std::string> posted;
    std::optional<std::string_view> language;
    std::vector<std::string_view> skills;
    double confidence = 0;
    json::Raw criteria;
    std::string_view state;
    std::string firstSeen;
    std::string lastSeen;
    int sightings = 0;
    std::string createdAt;
};
BOOST_DESCRIBE_STRUCT(OfferView, (),
                      (id, userId, email, matchScore, reason, technologiesMatched, title, company, location,
                       description, applyLink, source, sourceId, salary, workMode, remote, employmentType, seniority,
                       posted, language, skills, confidence, criteria, state, firstSeen, lastSeen, sightings,
                       createdAt))

OfferView view(const StoredOffer& offer);

}  // namespace nextjob::api
