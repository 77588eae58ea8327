#pragma once

#include "model/stored_offer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// By what an offer is judged, in this order.
enum class CriterionKind : std::uint8_t { Skills, Role, Seniority, Place, Salary, Language };

struct CriterionWeight {
    CriterionKind kind;
    std::string_view name;
    double weight;  // share of the whole; all make 100
};

// The one place where the weights stand.
//   skills     which of the skills that the offer names are the user's
//   role       how near the title stands to the user's skills; carries offers that are little more than a
//   title seniority  the offer's level against the wanted ones place      city and remote, hybrid or on site
//   against the wishes salary     the most that is offered against the user's floor language   the mail's
//   language and those that the offer asks for against the user's
inline constexpr std::array<CriterionWeight, 6> criterionWeights{{
    {CriterionKind::Skills, "skills", 38},
    {CriterionKind::Role, "role", 24},
    {CriterionKind::Seniority, "seniority", 10},
    {CriterionKind::Place, "place", 14},
    {CriterionKind::Salary, "salary", 9},
    {CriterionKind::Language, "language", 5},
}};

// How an offer does by one criterion.
struct Criterion {
    CriterionKind kind = CriterionKind::Skills;
    bool wished = false;          // the user has said what they want here; else the criterion has no part in the score
    std::optional<double> value;  // 0 to 1; nothing when the offer does not say
    double certainty = 0;         // 0 to 1: how much of the weight the value may carry; 0 when it is unknown
    std::vector<std::string> evidence = {};  // the offer's fields that say it: "title", "skills", "salary", …
    std::string note = {};                   // the finding in a few words, for the app's detail view
};

struct Score {
    int match = 0;                           // 0 to 10
    double exact = 0;                        // before rounding, two decimals
    double confidence = 0;                   // 0 to 1: the share of the wished weight that the offer let us judge
    bool hidden = false;                     // the user has hidden the company; match is 0
    std::string reason;                      // one to three short sentences
    std::vector<Criterion> criteria;         // all of them, in the table's order
    std::vector<std::string> matchedSkills;  // that the offer asks for and the user has, in the offer's order
    std::vector<std::string> missingSkills;  // that the offer asks for and the user lacks
    ProfileVersion judgedFor = 0;            // the profile that it goes by
};

// The score as it is stored and served; the wished criteria as a JSON array of
// {"name","weight","value"|null,"certainty","evidence":[field…],"note"}, matched skills as "React,
// TypeScript".
OfferScore toOfferScore(const Score& score);

}  // namespace nextjob::analyse
