#pragma once

#include "analyse/extract/page.hpp"
#include "model/offer.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace nextjob::analyse {

// What a short text within a record is by its own words, before its neighbours are asked.
enum class CellKind : std::uint8_t {
    Empty,    // marks and icons only
    Unknown,  // a name of something: a company, a title without a known word, a team
    Location,
    Salary,
    SalaryPart,
    WorkMode,  // nothing but a work mode: "Remote"
    Terms,     // employment type, seniority, with or without a work mode
    Posted,
    Rating,
    Badge,
    Action,
    NonOffer,
    Labelled,  // "Company: Acme"
    Prose,
};

struct Cell {
    Span span;
    CellKind kind = CellKind::Unknown;
    LabelField label{};         // of Labelled
    Span value;                 // of Labelled, what follows the label; may be empty (then the next line holds it)
    bool remote = false;        // of WorkMode: says remote
    bool titleWords = false;    // holds a word that shows a job title
    bool companyWords = false;  // holds a legal form
};

Cell classify(const Page& page, Span span);

// True when the words say that no offer follows: "see all jobs", "12 new jobs", what footers say. Cheaper than
// classify().
bool endsRecord(const Page& page, Span span);

// True when the words may be "Label: value"; classify() knows.
bool mayBeLabelled(const Page& page, Span span);

// How much the words look like a job title, alone: about 0.6 and more does, below 0 does not.
double titleScore(const Page& page, Span span);

// True when the words are a place: known names around which little else stands, or a known pattern.
bool isPlace(const Page& page, Span span);

// The day that the span says the offer was posted, told from the day of the mail.
std::optional<Proven<std::chrono::year_month_day>> findPosted(const Page& page, Span span,
                                                              std::optional<std::chrono::sys_seconds> received);

// The first (for work mode: the most specific) mention within the span.
std::optional<Proven<WorkMode>> findWorkMode(const Page& page, Span span);
std::optional<Proven<EmploymentType>> findEmployment(const Page& page, Span span);
// "Permanent", "CDI": full time where nothing of the offer says else.
std::optional<Proven<EmploymentType>> findPermanent(const Page& page, Span span);
std::optional<Proven<Seniority>> findSeniority(const Page& page, Span span);

// Cuts a line at the marks that senders put between fields (· | • /, two spaces, tabs), trimmed, empty ones left out.
std::vector<Span> splitFields(const Page& page, Span span);

// The places where " - ", " – " or " — " stands in the span (each the mark's own range with its spaces).
std::vector<Span> dashes(const Page& page, Span span);

}  // namespace nextjob::analyse
