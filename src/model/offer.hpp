#pragma once

#include "model/span.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob {

// What a mail is to a job seeker.
enum class MailKind : std::uint8_t { Alert, Recruiter, Application, Interview, Rejection, NotJob };

enum class WorkMode : std::uint8_t { OnSite, Hybrid, Remote };

enum class EmploymentType : std::uint8_t {
    FullTime,
    PartTime,
    Contract,
    Temporary,
    Internship,
    Apprenticeship,
    Freelance,
    Volunteer,
};

enum class Seniority : std::uint8_t {
    Intern,
    Junior,
    Middle,
    Senior,
    Lead,
    Staff,
    Principal,
    Manager,
    Director,
    Executive
};

enum class SalaryPeriod : std::uint8_t { Hour, Day, Week, Month, Year };

// A value and the words of the mail that prove it: no evidence, no value.
template <class T>
struct Proven {
    T value;
    Span evidence;  // in the message's clean text
};

struct Salary {
    std::string verbatim;                // as the mail says it
    std::optional<double> minimum;       // in units of the currency; "up to" leaves it empty
    std::optional<double> maximum;       // "from" leaves it empty; one amount is both
    std::string currency;                // ISO 4217, empty when the mail does not say
    std::optional<SalaryPeriod> period;  // empty when the mail does not say
};

// One job as one mail presents it.
struct Offer {
    Proven<std::string> title;
    std::optional<Proven<std::string>> company;
    std::optional<Proven<std::string>> location;
    // A link of the mail, out of its tracking wrapper where the wrapper spells the target openly.
    // The evidence is the link's words (HTML) or the link itself (plain text).
    std::optional<Proven<std::string>> applyLink;
    std::optional<Proven<Salary>> salary;
    std::optional<Proven<WorkMode>> workMode;
    std::optional<Proven<EmploymentType>> employmentType;
    std::optional<Proven<Seniority>> seniority;
    std::optional<Proven<std::chrono::year_month_day>> posted;
    std::optional<Proven<std::string>> description;  // the record's own summary, verbatim
    std::vector<Proven<std::string>> skills;         // normalised names of the taxonomy
    Span record;                                     // all of the mail that speaks of this offer
};

// What an application, interview or rejection mail is about.
struct ApplicationSubject {
    std::optional<Proven<std::string>> title;
    std::optional<Proven<std::string>> company;
};

// All that one mail says to a job seeker.
struct Extraction {
    MailKind kind = MailKind::NotJob;
    std::string sender;            // the profile that knew the sender, "" for the general engine
    std::string language;          // ISO 639-1 of the mail's text, "" when unsure
    std::optional<int> announced;  // "12 new jobs": what the mail says that it brings
    std::vector<Offer> offers;
    std::optional<ApplicationSubject> about;
};

}  // namespace nextjob
