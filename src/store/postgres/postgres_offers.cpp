#include "store/postgres/postgres_offers.hpp"

#include "store/not_found.hpp"
#include "store/offer_list.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/postgres/offer_columns.hpp"
#include "store/postgres/offer_rows.hpp"
#include "store/postgres/offer_search.hpp"

#include <fmt/format.h>

#include <utility>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view emailOfUser = "(select email from users where id = $1)";

// One order and one key: a sighting is known by its message here.
constexpr std::string_view sightingColumns =
    "s.message_id, s.seen_at, s.message_id, m.source, m.source_id, m.sender, m.subject, s.facts, s.evidence, "
    "s.source_text";
constexpr std::string_view sightingsOfOwner =
    "offers o join sightings s on s.offer_id = o.id join messages m on m.id = s.message_id";

// The state that it had goes into the history with the new one.
constexpr std::string_view lockOffer = "select state from offers where user_id = $1 and id = $2 for no key update";
constexpr std::string_view insertStateChange = R"(
    insert into offer_states (user_id, offer_id, from_state, to_state, note, changed_at)
    values ($1, $2, $3, $4, $5, $6))";

const std::string& findOffer() {
    static const std::string sql = fmt::format("select o.id, o.id, {} from offers o where o.user_id = $1 and o.id = $2",
                                               offerColumns(emailOfUser));
    return sql;
}

const std::string& listMarks() {
    static const std::string sql = fmt::format("{} where u.id = any ($1::bigint[])", sql::offerListMarks);
    return sql;
}

constexpr std::string_view usersWithStale = R"(
    select id from users u
    where exists (select 1 from offers o where o.user_id = u.id and o.judged_for < u.profile_version) order by id)";

constexpr std::string_view deleteSightings = R"(
    delete from sightings where offer_id = (select id from offers where user_id = $1 and id = $2))";
constexpr std::string_view deleteVector = "delete from offer_vectors where user_id = $1 and offer_id = $2";

std::vector<StoredOffer> readOffers(const Rows& rows) {
    std::vector<StoredOffer> offers;
    offers.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) offers.push_back(sql::readOffer(rows[row]));
    return offers;
}

// While one is decided on, or waits for the disk, the server works on the other. Those of a third would only stand in
// the way of each other there: an offer then takes the server a fifth longer.
BatchLimits transactions(const Database& database) {
    return {.atOnce = 2, .requests = 64, .weight = 1000, .wait = database.serverWait()};
}

std::size_t messagesAndOffers(const AnalysedMessages& messages) {
    std::size_t sum = messages->size();
    for (const AnalysedMessage& message : *messages) sum += message.offers.size();
    return sum;
}

// The work of a Batcher whose requests are `Item`s of one caller each. `together` gives a report for each caller, and
// may be called again for the same ones, when another transaction was in its way; `attempt` counts from 1.
template <class Item, class Report, class Together>
auto inOneTransaction(Database& database, Together together) {
    return [&database, together](std::vector<std::shared_ptr<const std::vector<Item>>> requests) {
        auto work = [together, requests = std::move(requests), now = database.now(),
                     attempts = 0](Call& call) mutable -> Task<Result<std::vector<Report>>> {
            std::vector<const std::vector<Item>*> callers;
            for (const auto& items : requests) callers.push_back(items.get());
            return together(call, std::move(callers), now, ++attempts);
        };
        return database.write(std::move(work));
    };
}

}  // namespace

ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort) {
    static const std::string columns = offerColumns(emailOfUser);
    ListQuery list = store::offerList(user, filter, sort, offerListDialect());
    list.columns += columns;
    list.from = "offers o";
    return list;
}

const std::string& staleOffers() {
    static const std::string sql =
        fmt::format("select o.id, o.id, {} from offers o join users u on u.id = o.user_id {}", sql::offerColumns,
                    sql::staleOffersOfUser);
    return sql;
}

PostgresOffers::PostgresOffers(Database& database)
    : database_(database),
      ingests_(transactions(database), messagesAndOffers,
               inOneTransaction<AnalysedMessage, IngestReport>(
                   database, [](Call& call, auto callers, Timestamp now,
                                int /*attempt*/) { return postgres::ingest(call, std::move(callers), now); })),
      deliveries_(
          transactions(database), [](const DeliveredOffers& offers) { return offers->size(); },
          inOneTransaction<DeliveredOffer, DeliveryReport>(
              database, [this](Call& call, auto callers, Timestamp now,
                               int attempt) { return deliverer_.deliver(call, std::move(callers), now, attempt); })),
      marks_(
          database, [](Call& call, const Value& users) { return call.query(listMarks(), users); },
          [](const Row& row) { return std::pair(row.integer(0), sql::readListMark(row)); }) {}

Task<Result<IngestReport>> PostgresOffers::ingest(std::vector<AnalysedMessage> messages) {
    for (const AnalysedMessage& message : messages) {
        if (message.state != MessageState::Done && message.state != MessageState::Skipped)
            co_return failure(ErrorCode::Internal, "An analysed message ends as done or skipped.");
    }
    if (messages.empty()) co_return IngestReport{};
    auto report = co_await ingests_.pass(std::make_shared<const std::vector<AnalysedMessage>>(std::move(messages)));
    database_.roomMade.notify();
    co_return report;
}

Task<Result<DeliveryReport>> PostgresOffers::deliver(DeliveredOffers offers) {
    if (offers->empty()) co_return DeliveryReport{};
    co_return co_await deliveries_.pass(std::move(offers));
}

Task<Result<Page<StoredOffer>>> PostgresOffers::list(UserId user, OfferFilter filter, OfferSort sort,
                                                     PageRequest page) {
    return readPage<StoredOffer>(database_, offerList(user, filter, sort), std::move(page), sql::readOffer<Row>);
}

Task<Result<OfferListMark>> PostgresOffers::listMark(UserId user) {
    auto mark = co_await marks_.find(user);
    if (!mark) co_return std::unexpected(std::move(mark.error()));
    if (!*mark) co_return noSuchUser();
    co_return std::move(**mark);
}

Task<Result<std::int64_t>> PostgresOffers::count(UserId user, OfferFilter filter) {
    const PagePlan plan = PagePlan::prepare(offerList(user, filter, {}), {}).value();
    Statement statement = listStatement(plan.countSql(), plan.values(), plan.countValues());
    auto work = [statement = std::move(statement)](Call& call) -> Task<Result<std::int64_t>> {
        Batch batch;
        batch.add(statement);
        const auto answers = co_await call.run(std::move(batch));
        co_return answers[0][0].integer(0);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<StoredOffer>> PostgresOffers::find(UserId user, OfferId id) {
    auto work = [user, id](Call& call) -> Task<Result<StoredOffer>> {
        const Rows rows = co_await call.query(findOffer(), user, id);
        if (rows.empty()) co_return noSuchOffer();
        co_return sql::readOffer(rows[0]);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<Page<StoredSighting>>> PostgresOffers::sightings(UserId user, OfferId id, PageRequest page) {
    ListQuery list{.name = "sightings",
                   .columns = std::string(sightingColumns),
                   .from = std::string(sightingsOfOwner),
                   .countFrom = std::string(sightingsOfOwner),
                   .where = "o.user_id = $1 and o.id = $2",
                   .values = {user, id},
                   .id = "s.message_id",
                   .key = "s.seen_at",
                   .descending = true};
    auto found = co_await readPage<StoredSighting>(database_, std::move(list), std::move(page), sql::readSighting<Row>);
    if (!found || found->count != 0) co_return found;
    if (const auto offer = co_await find(user, id); !offer) co_return std::unexpected(offer.error());
    co_return found;
}

Task<Result<std::vector<BroughtOffer>>> PostgresOffers::broughtBy(UserId user, MessageId message) {
    auto work = [user, message](Call& call) -> Task<Result<std::vector<BroughtOffer>>> {
        const Rows rows = co_await call.query(sql::offersBroughtBy, user, message);
        std::vector<BroughtOffer> offers;
        for (int row = 0; row < rows.size(); ++row)
            offers.push_back({.offer = rows[row].integer(0), .title = rows[row].text(1)});
        co_return offers;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<StoredOffer>> PostgresOffers::setState(UserId user, OfferId id, OfferState state, std::string note) {
    auto work = [user, id, state, note = std::move(note),
                 now = database_.now()](Call& call) -> Task<Result<StoredOffer>> {
        Batch look;
        addUserLock(look, {user}, UserLock::Shared);
        look.add(lockOffer, user, id);
        look.add(findOffer(), user, id);
        const auto found = co_await call.run(std::move(look));
        if (found[2].empty()) co_return noSuchOffer();
        StoredOffer offer = sql::readOffer(found[2][0]);
        if (offer.state == state && note.empty()) co_return offer;
        Batch change;
        change.add(sql::setOfferState, id, user, nameOf(state));
        change.add(insertStateChange, user, id, nameOf(offer.state), nameOf(state), note, now);
        change.add(sql::countListChange, user);
        co_await call.runAndCommit(std::move(change));
        offer.state = state;
        co_return offer;
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<StateChange>>> PostgresOffers::history(UserId user, OfferId id) {
    auto work = [user, id](Call& call) -> Task<Result<std::vector<StateChange>>> {
        Batch batch;
        batch.add(sql::offerExists, user, id);
        batch.add(sql::stateChangesOfOffer, user, id);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[0].empty()) co_return noSuchOffer();
        std::vector<StateChange> steps;
        for (int row = 0; row < answers[1].size(); ++row) steps.push_back(sql::readStateChange(answers[1][row]));
        co_return steps;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresOffers::remove(UserId user, OfferId id) {
    auto work = [user, id](Call& call) -> Task<Result<void>> {
        Batch batch;
        addUserLock(batch, user);
        batch.add(deleteSightings, user, id);
        batch.add(deleteVector, user, id);
        const auto deleted = batch.add(sql::deleteOffer, id, user);
        batch.add(sql::removeOfferKeys, user, id);
        batch.add(sql::countListChange, user);
        const auto answers = co_await call.run(std::move(batch));
        if (answers[deleted].changed() == 0) co_return noSuchOffer();
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<std::vector<UserId>>> PostgresOffers::usersWithStale() {
    auto work = [](Call& call) -> Task<Result<std::vector<UserId>>> {
        const Rows rows = co_await call.query(postgres::usersWithStale);
        std::vector<UserId> users;
        for (int row = 0; row < rows.size(); ++row) users.push_back(rows[row].integer(0));
        co_return users;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<StoredOffer>>> PostgresOffers::stale(UserId user, OfferId beyond, int limit) {
    auto work = [user, beyond, limit](Call& call) -> Task<Result<std::vector<StoredOffer>>> {
        const Rows rows = co_await call.query(staleOffers(), user, beyond, limit);
        co_return readOffers(rows);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresOffers::rescore(UserId user, std::vector<Judgement> judgements) {
    auto work = [user, judgements = std::move(judgements)](Call& call) -> Task<Result<void>> {
        Batch batch;
        addUserLock(batch, user);
        batch.add(updateScores(user, judgements));
        batch.add(sql::countListChange, user);
        co_await call.run(std::move(batch));
        co_return Result<void>{};
    };
    co_return co_await database_.once(std::move(work));
}

}  // namespace nextjob::store::postgres
