#include "analyse/score/score.hpp"

#include <boost/json.hpp>

namespace nextjob::analyse {

OfferScore toOfferScore(const Score& score) {
    boost::json::array criteria;
    for (std::size_t i = 0; i < score.criteria.size(); ++i) {
        const Criterion& criterion = score.criteria[i];
        if (!criterion.wished) continue;
        boost::json::value value;
        if (criterion.value) value = *criterion.value;
        criteria.push_back({{"name", criterionWeights[i].name},
                            {"weight", criterionWeights[i].weight},
                            {"value", value},
                            {"certainty", criterion.certainty},
                            {"evidence", boost::json::value_from(criterion.evidence)},
                            {"note", criterion.note}});
    }
    std::string technologies;
    for (const auto& name : score.matchedSkills) technologies += (technologies.empty() ? "" : ", ") + name;
    return {.matchScore = score.match,
            .reason = score.reason,
            .technologiesMatched = std::move(technologies),
            .criteriaJson = boost::json::serialize(criteria),
            .confidence = score.confidence,
            .judgedFor = score.judgedFor};
}

}  // namespace nextjob::analyse
