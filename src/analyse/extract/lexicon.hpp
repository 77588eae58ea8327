#pragma once

#include "analyse/extract/words.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// What a phrase of the lexicon says about the words that it matches.
enum class Topic : std::uint8_t {
    Stopword,        // of Hit::language
    TitleWord,       // shows that a line is a job title
    TitleHint,       // common in titles, and elsewhere
    GenderMark,      // "m/w/d"
    Seniority,       // value: model Seniority
    WorkMode,        // value: model WorkMode
    Employment,      // value: model EmploymentType, or permanentEmployment
    SalaryPeriod,    // value: model SalaryPeriod
    SalaryFrom,      // "from 4,000"
    SalaryTo,        // "up to 6,000"
    SalaryNone,      // "salary not stated"
    SalaryWord,      // "gross"
    SalaryEstimate,  // "employer est."
    PostedToday,
    PostedYesterday,
    PostedAgo,  // value: AgoUnit
    PostedWord,
    Month,      // value: 1 to 12
    Label,      // value: LabelField
    Action,     // the words of a button that leads to one offer
    Badge,      // "actively recruiting"
    NonOffer,   // "see all jobs", "unsubscribe"
    Announced,  // "# new jobs"
    ConnectorCompany,
    ConnectorLocation,
    ConnectorHiring,
    SentenceWord,
    Kind,  // value: model MailKind
    Country,
    Region,
    RegionCode,  // "CA": only upper case, after a comma or in brackets
    City,
    Area,       // "EMEA", "Bay Area"
    LegalForm,  // "GmbH"
};

enum class AgoUnit : std::uint8_t { Minute, Hour, Day, Week, Month };
enum class LabelField : std::uint8_t {
    Title,
    Company,
    Location,
    Salary,
    Link,
    Employment,
    Posted,
    Skills,
    Seniority,
    Other
};

// "CDI": full time unless the mail says else.
constexpr std::uint8_t permanentEmployment = 0xFE;

// A phrase of the lexicon found in a text.
struct Hit {
    std::uint32_t word = 0;   // index of its first word
    std::uint16_t words = 0;  // how many it takes
    Topic topic{};
    std::uint8_t value = 0;
    std::uint8_t language = 0;  // index into Lexicon::languages(), noLanguage for places and legal forms
    bool weak = false;          // an everyday word too: counts only as a whole field or beside a stronger one
};

constexpr std::uint8_t noLanguage = 0xFF;

// A sentence with holes: "your application for the {title} position at {company}".
struct AboutPattern {
    struct Part {
        enum class Kind : std::uint8_t { Word, Title, Company, Gap } kind;
        std::string word;  // folded, for Word
    };
    std::vector<Part> parts;
};

// What the languages and places in the embedded data say, compiled for one pass over a text: phrases by their
// words, with "#" for a number, "word~" and "~word" for word beginnings and endings, "…" for up to eight words.
// Immutable; safe to share between threads.
class Lexicon {
  public:
    Lexicon();  // throws std::logic_error when the embedded data is malformed, naming file and key
    ~Lexicon();
    Lexicon(const Lexicon&) = delete;
    Lexicon& operator=(const Lexicon&) = delete;

    // Every phrase found, ordered by first word, longer before shorter.
    std::vector<Hit> scan(const Words& words) const;

    std::span<const std::string> languages() const;  // ISO 639-1
    // The sentences that begin with this folded word, longest first.
    std::span<const AboutPattern> aboutPatterns(std::string_view firstWord) const;

  private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace nextjob::analyse
