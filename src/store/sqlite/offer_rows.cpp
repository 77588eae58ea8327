#include "store/sqlite/offer_rows.hpp"

#include "model/names.hpp"
#include "store/facts_json.hpp"
#include "store/sql/offers.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

constexpr int firstFact = 15;  // column of the title
constexpr int afterFacts = firstFact + 16;

template <class Enum>
std::optional<std::string_view> nameOrNull(const std::optional<Enum>& value) {
    return value ? std::optional(nameOf(*value)) : std::nullopt;
}

std::optional<Salary> readSalary(const Query& query, int column) {
    if (query.isNull(column)) return std::nullopt;
    return Salary{.verbatim = query.text(column),
                  .minimum = query.optionalReal(column + 1),
                  .maximum = query.optionalReal(column + 2),
                  .currency = query.text(column + 3),
                  .period = parseName<SalaryPeriod>(query.text(column + 4))};
}

OfferFacts readFacts(const Query& query, int column) {
    return {.title = query.text(column),
            .company = query.text(column + 1),
            .location = query.text(column + 2),
            .description = query.text(column + 3),
            .applyLink = query.text(column + 4),
            .salary = readSalary(query, column + 5),
            .workMode = parseName<WorkMode>(query.text(column + 10)),
            .employmentType = parseName<EmploymentType>(query.text(column + 11)),
            .seniority = parseName<Seniority>(query.text(column + 12)),
            .posted = dateFromText(query.text(column + 13)),
            .language = query.text(column + 14),
            .skills = namesFromJson(query.text(column + 15))};
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

StoredOffer readOffer(const Query& query) {
    return {.id = query.integer(0),
            .user = query.integer(2),
            .email = query.text(3),
            .facts = readFacts(query, firstFact),
            .score = {.matchScore = query.number(5),
                      .reason = query.text(6),
                      .technologiesMatched = query.text(7),
                      .criteriaJson = query.text(8),
                      .confidence = query.real(9),
                      .judgedFor = query.integer(afterFacts + 1)},
            .state = parseName<OfferState>(query.text(4)).value(),
            .source = query.text(10),
            .sourceId = query.text(11),
            .firstSeen = query.time(12),
            .lastSeen = query.time(13),
            .sightings = query.number(14),
            .revision = query.integer(afterFacts)};
}

std::optional<StoredOffer> findOffer(Connection& connection, UserId user, OfferId id) {
    static const std::string sql = fmt::format("select o.id, o.id, {} from {} where o.user_id = $1 and o.id = $2",
                                               sql::offerColumns, sql::offersOfUsers);
    Query query = connection.query(sql, user, id);
    if (!query.step()) return std::nullopt;
    return readOffer(query);
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
