#include "store/postgres/offer_columns.hpp"

#include "model/names.hpp"
#include "store/facts_json.hpp"
#include "store/postgres/offer_search.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace nextjob::store::postgres {
namespace {

using Type = Column::Type;

struct Fact {
    std::string_view name;
    Type type;
};

constexpr std::array facts = {
    Fact{"title", Type::Text},         Fact{"company", Type::Text},    Fact{"location", Type::Text},
    Fact{"description", Type::Text},   Fact{"apply_link", Type::Text}, Fact{"salary_text", Type::Text},
    Fact{"salary_min", Type::Real},    Fact{"salary_max", Type::Real}, Fact{"salary_currency", Type::Text},
    Fact{"salary_period", Type::Text}, Fact{"work_mode", Type::Text},  Fact{"employment_type", Type::Text},
    Fact{"seniority", Type::Text},     Fact{"posted", Type::Text},     Fact{"language", Type::Text},
    Fact{"skills", Type::Text},        Fact{"title_key", Type::Text},  Fact{"company_key", Type::Text},
    Fact{"words", Type::Text},
};

constexpr std::array identity = {Fact{"user_id", Type::Integer}, Fact{"id", Type::Integer}};
constexpr std::array seen = {Fact{"first_seen_at", Type::Integer}, Fact{"last_seen_at", Type::Integer},
                             Fact{"sightings", Type::Integer}};
constexpr std::array score = {Fact{"match_score", Type::Integer},       Fact{"reason", Type::Text},
                              Fact{"technologies_matched", Type::Text}, Fact{"criteria", Type::Text},
                              Fact{"confidence", Type::Real},           Fact{"judged_for", Type::Integer}};
constexpr std::array revision = {Fact{"revision", Type::Integer}};

std::string_view arrayOf(Type type) {
    switch (type) {
        case Type::Flag: return "boolean[]";
        case Type::Bytes: return "bytea[]";
        case Type::Integer: return "bigint[]";
        case Type::Text: return "text[]";
        case Type::Real: return "double precision[]";
    }
    throw std::logic_error("a type without an array");
}

std::string join(const std::vector<Fact>& columns, auto each) {
    std::string text;
    for (std::size_t place = 0; place < columns.size(); ++place) {
        text += (place == 0 ? "" : ", ") + each(columns[place], place);
    }
    return text;
}

template <class... Groups>
std::vector<Fact> together(const Groups&... groups) {
    std::vector<Fact> all;
    (all.insert(all.end(), groups.begin(), groups.end()), ...);
    return all;
}

// "unnest($1::bigint[], …) as t (user_id, …)"
std::string unnest(const std::vector<Fact>& columns) {
    return fmt::format(
        "unnest({}) as t ({})",
        join(columns,
             [](const Fact& fact, std::size_t place) { return fmt::format("${}::{}", place + 1, arrayOf(fact.type)); }),
        join(columns, [](const Fact& fact, std::size_t) { return std::string(fact.name); }));
}

// Sets every column but the identity, of the offers that the identity names.
std::string updateText(const std::vector<Fact>& columns) {
    std::vector<Fact> changed(columns.begin() + identity.size(), columns.end());
    return fmt::format(
        "update offers o set {} from {} where o.user_id = t.user_id and o.id = t.id",
        join(changed, [](const Fact& fact, std::size_t) { return fmt::format("{0} = t.{0}", fact.name); }),
        unnest(columns));
}

// Parameters for columns of one group, filled row by row.
class Columns {
  public:
    template <class Group>
    explicit Columns(const Group& group) {
        for (const Fact& fact : group) columns_.emplace_back(fact.type);
    }
    template <class... Values>
    void add(const Values&... values) {
        std::size_t place = 0;
        (columns_[place++].add(values), ...);
    }
    void takeInto(Statement& statement) {
        for (Column& column : columns_) statement.values.push_back(column.take());
    }

  private:
    std::vector<Column> columns_;
};

template <class Enum>
std::optional<std::string_view> nameOrNull(const std::optional<Enum>& value) {
    return value ? std::optional(nameOf(*value)) : std::nullopt;
}

void addSalary(RowArray& rows, const std::optional<Salary>& salary) {
    rows.add(salary ? std::optional<std::string_view>(salary->verbatim) : std::nullopt);
    rows.add(salary ? salary->minimum : std::nullopt);
    rows.add(salary ? salary->maximum : std::nullopt);
    rows.add(salary ? std::optional<std::string_view>(salary->currency) : std::nullopt);
    rows.add(salary ? nameOrNull(salary->period) : std::nullopt);
}

void addScore(Columns& columns, const OfferScore& given) {
    columns.add(std::int64_t{given.matchScore}, given.reason, given.technologiesMatched, given.criteriaJson,
                given.confidence, given.judgedFor);
}

}  // namespace

FactColumns::FactColumns() {
    for (const Fact& fact : postgres::facts) columns_.emplace_back(fact.type);
}

void FactColumns::add(const OfferFacts& facts) {
    std::size_t place = 0;
    const auto put = [&](const auto& value) { columns_[place++].add(value); };
    put(facts.title);
    put(facts.company);
    put(facts.location);
    put(facts.description);
    put(facts.applyLink);
    const auto& salary = facts.salary;
    put(salary ? std::optional(salary->verbatim) : std::nullopt);
    put(salary ? salary->minimum : std::nullopt);
    put(salary ? salary->maximum : std::nullopt);
    put(salary ? std::optional(salary->currency) : std::nullopt);
    put(salary ? nameOrNull(salary->period) : std::nullopt);
    put(nameOrNull(facts.workMode));
    put(nameOrNull(facts.employmentType));
    put(nameOrNull(facts.seniority));
    put(facts.posted ? std::optional(dateText(*facts.posted)) : std::nullopt);
    put(facts.language);
    put(namesToJson(facts.skills));
    put(foldedKey(facts.title));
    put(foldedKey(facts.company));
    put(foldedWords(facts));
}

void FactColumns::takeInto(Statement& statement) {
    for (Column& column : columns_) statement.values.push_back(column.take());
}

// Every field of the table, in its order: whoever adds a column adds it here.
Statement insertOffers(std::span<const StoredOffer* const> offers, std::uint32_t rowType) {
    constexpr std::string_view sql = "insert into offers select * from unnest($1::offers[])";
    constexpr std::uint32_t fields = 34;
    constexpr std::size_t usualBytes = 1500;
    RowArray rows(rowType, fields, offers.size() * usualBytes);
    for (const StoredOffer* offer : offers) {
        rows.begin();
        rows.add(offer->id);
        rows.add(offer->user);
        rows.add(std::int32_t{offer->score.matchScore});
        rows.add(nameOf(offer->state));
        const OfferFacts& facts = offer->facts;
        rows.add(facts.title);
        rows.add(foldedKey(facts.title));
        rows.add(facts.company);
        rows.add(foldedKey(facts.company));
        rows.add(facts.location);
        rows.add(facts.description);
        rows.add(facts.applyLink);
        addSalary(rows, facts.salary);
        rows.add(nameOrNull(facts.workMode));
        rows.add(nameOrNull(facts.employmentType));
        rows.add(nameOrNull(facts.seniority));
        const auto posted = facts.posted ? std::optional(dateText(*facts.posted)) : std::nullopt;
        rows.add(posted ? std::optional<std::string_view>(*posted) : std::nullopt);
        rows.add(facts.language);
        rows.add(namesToJson(facts.skills));
        const OfferScore& judged = offer->score;
        rows.add(judged.reason);
        rows.add(judged.technologiesMatched);
        rows.add(judged.criteriaJson);
        rows.add(judged.confidence);
        rows.add(offer->source);
        rows.add(offer->sourceId);
        rows.add(offer->firstSeen);
        rows.add(offer->lastSeen);
        rows.add(std::int32_t{offer->sightings});
        rows.add(offer->revision);
        rows.add(judged.judgedFor);
        rows.add(foldedWords(facts));
    }
    return statementOf(sql, std::move(rows).take());
}

Statement updateFacts(const std::vector<const StoredOffer*>& offers) {
    static const std::string sql = updateText(together(identity, revision, postgres::facts));
    Columns who(identity), counted(revision);
    FactColumns what;
    for (const StoredOffer* offer : offers) {
        who.add(offer->user, offer->id);
        counted.add(offer->revision);
        what.add(offer->facts);
    }
    Statement statement{.sql = sql, .values = {}};
    who.takeInto(statement);
    counted.takeInto(statement);
    what.takeInto(statement);
    return statement;
}

Statement updateSeen(const std::vector<const StoredOffer*>& offers) {
    static const std::string sql = updateText(together(identity, seen, score));
    Columns who(identity), when(seen), judged(score);
    for (const StoredOffer* offer : offers) {
        who.add(offer->user, offer->id);
        when.add(offer->firstSeen, offer->lastSeen, std::int64_t{offer->sightings});
        addScore(judged, offer->score);
    }
    Statement statement{.sql = sql, .values = {}};
    for (Columns* columns : {&who, &when, &judged}) columns->takeInto(statement);
    return statement;
}

Statement updateScores(UserId user, const std::vector<Judgement>& judgements) {
    // The revision is compared, not set.
    static const std::string sql = [] {
        auto columns = together(identity, revision, score);
        std::vector<Fact> changed(score.begin(), score.end());
        return fmt::format(
            "update offers o set {} from {} where o.user_id = t.user_id and o.id = t.id and "
            "o.revision = t.revision",
            join(changed, [](const Fact& fact, std::size_t) { return fmt::format("{0} = t.{0}", fact.name); }),
            unnest(columns));
    }();
    Columns who(identity), counted(revision), judged(score);
    for (const Judgement& judgement : judgements) {
        who.add(user, judgement.offer);
        counted.add(judgement.revision);
        addScore(judged, judgement.score);
    }
    Statement statement{.sql = sql, .values = {}};
    for (Columns* columns : {&who, &counted, &judged}) columns->takeInto(statement);
    return statement;
}

}  // namespace nextjob::store::postgres
