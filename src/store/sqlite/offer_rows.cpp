#include "store/sqlite/offer_rows.hpp"

#include "model/names.hpp"
#include "store/facts_json.hpp"
#include "store/sql/offers.hpp"
#include "store/sql/rows.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

template <class Enum>
std::optional<std::string_view> nameOrNull(const std::optional<Enum>& value) {
    return value ? std::optional(nameOf(*value)) : std::nullopt;
}

void bindSalary(Query& query, int parameter, const std::optional<Salary>& salary) {
    if (!salary) return;  // a fresh query's parameters are null
    query.bind(parameter, salary->verbatim);
    query.bind(parameter + 1, salary->minimum);
    query.bind(parameter + 2, salary->maximum);
    query.bind(parameter + 3, salary->currency);
    query.bind(parameter + 4, nameOrNull(salary->period));
}

}  // namespace

std::optional<StoredOffer> findOffer(Connection& connection, UserId user, OfferId id) {
    static const std::string sql = fmt::format("select o.id, o.id, {} from {} where o.user_id = $1 and o.id = $2",
                                               sql::offerColumns, sql::offersOfUsers);
    Query query = connection.query(sql, user, id);
    if (!query.step()) return std::nullopt;
    return sql::readOffer(query);
}

void bindFacts(Query& query, const OfferFacts& facts) {
    query.bind(1, facts.title);
    query.bind(2, facts.company);
    query.bind(3, facts.location);
    query.bind(4, facts.description);
    query.bind(5, facts.applyLink);
    bindSalary(query, 6, facts.salary);
    query.bind(11, nameOrNull(facts.workMode));
    query.bind(12, nameOrNull(facts.employmentType));
    query.bind(13, nameOrNull(facts.seniority));
    if (facts.posted) query.bind(14, dateText(*facts.posted));
    query.bind(15, facts.language);
    query.bind(16, namesToJson(facts.skills));
    query.bind(17, text::fold(facts.title));
    query.bind(18, text::fold(facts.company));
}

void setScore(Connection& connection, UserId user, const Judgement& judgement) {
    const OfferScore& score = judgement.score;
    connection.run(sql::setOfferScore, judgement.offer, user, score.matchScore, score.reason, score.technologiesMatched,
                   score.criteriaJson, score.confidence, score.judgedFor, judgement.revision);
}

}  // namespace nextjob::store::sqlite
