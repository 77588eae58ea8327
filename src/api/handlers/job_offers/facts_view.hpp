#pragma once

#include "model/stored_offer.hpp"
#include "wire/write.hpp"

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

// What is known of a job, as the API shows it. What no mail says is null. Views into the facts, which outlive it.
struct FactsView {
    std::string_view title;
    std::optional<std::string_view> company;
    std::optional<std::string_view> location;
    std::optional<std::string_view> description;
    std::optional<std::string_view> applyLink;
    std::optional<SalaryView> salary;
    std::optional<std::string_view> workMode;
    std::optional<bool> remote;
    std::optional<std::string_view> employmentType;
    std::optional<std::string_view> seniority;
    std::optional<std::string> posted;
    std::optional<std::string_view> language;
    std::vector<std::string_view> skills;
};
BOOST_DESCRIBE_STRUCT(FactsView, (),
                      (title, company, location, description, applyLink, salary, workMode, remote, employmentType,
                       seniority, posted, language, skills))

FactsView view(const OfferFacts& facts);

}  // namespace nextjob::api
