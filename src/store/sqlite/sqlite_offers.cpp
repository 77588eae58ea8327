#include "store/sqlite/sqlite_offers.hpp"

#include "model/names.hpp"
#include "store/not_found.hpp"
#include "store/offer_list.hpp"
#include "store/sql/offers.hpp"
#include "store/sql/rows.hpp"
#include "store/sqlite/deliver.hpp"
#include "store/sqlite/functions.hpp"
#include "store/sqlite/ingest.hpp"
#include "store/sqlite/offer_rows.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

const std::string& listMark() {
    static const std::string sql = fmt::format("{} where u.id = $1", sql::offerListMarks);
    return sql;
}

}  // namespace

ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort) {
    ListQuery list =
        store::offerList(user, filter, sort,
                         {.titleKey = "o.title_key",
                          .companyKey = "o.company_key",
                          .contains = "instr({}, {}) > 0",
                          .words = "has_words({}, o.title, o.company, o.location, o.skills, o.description)",
                          .searchValues = searchValues});
    list.columns += sql::offerColumns;
    list.from = sql::offersOfUsers;
    return list;
}

Task<Result<IngestReport>> SqliteOffers::ingest(std::vector<AnalysedMessage> messages) {
    auto work = [this, messages = std::move(messages)](Connection& connection) {
        return sqlite::ingest(connection, messages, database_.now());
    };
    auto report = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return report;
}

Task<Result<DeliveryReport>> SqliteOffers::deliver(DeliveredOffers offers) {
    // Their keys are made here, not while the others wait for the one thread that writes.
    std::vector<const DeliveredOffer*> all;
    for (const DeliveredOffer& offer : *offers) all.push_back(&offer);
    return database_.write([this, offers = std::move(offers), messages = messagesOf(all)](Connection& connection) {
        return sqlite::deliver(connection, *offers, messages, database_.now());
    });
}

Task<Result<Page<StoredOffer>>> SqliteOffers::list(UserId user, OfferFilter filter, OfferSort sort, PageRequest page) {
    return database_.read([list = offerList(user, filter, sort),
                           page = std::move(page)](Connection& connection) -> Result<Page<StoredOffer>> {
        const auto reader = PageReader::prepare(list, page);
        if (!reader) return std::unexpected(reader.error());
        return reader->read<StoredOffer>(connection, sql::readOffer<Query>);
    });
}

Task<Result<OfferListMark>> SqliteOffers::listMark(UserId user) {
    return database_.read([user](Connection& connection) -> Result<OfferListMark> {
        Query query = connection.query(sqlite::listMark(), user);
        if (!query.step()) return noSuchUser();
        return sql::readListMark(query);
    });
}

Task<Result<std::int64_t>> SqliteOffers::count(UserId user, OfferFilter filter) {
    return database_.read([list = offerList(user, filter, {})](Connection& connection) -> Result<std::int64_t> {
        return PageReader::prepare(list, {}).value().count(connection);
    });
}

Task<Result<StoredOffer>> SqliteOffers::find(UserId user, OfferId id) {
    return database_.read([user, id](Connection& connection) -> Result<StoredOffer> {
        auto offer = findOffer(connection, user, id);
        if (!offer) return noSuchOffer();
        return std::move(*offer);
    });
}

Task<Result<Page<StoredSighting>>> SqliteOffers::sightings(UserId user, OfferId id, PageRequest page) {
    return database_.read([user, id, page = std::move(page)](Connection& connection) -> Result<Page<StoredSighting>> {
        if (connection.integerOf(sql::offerExists, user, id) == 0) return noSuchOffer();
        const ListQuery list{.name = "sightings",
                             .columns = std::string(sql::sightingColumns),
                             .from = std::string(sql::sightingsOfMessages),
                             .countFrom = std::string(sql::sightingsOfMessages),
                             .where = "o.user_id = $1 and o.id = $2",
                             .values = {user, id},
                             .id = "s.id",
                             .key = "s.seen_at",
                             .descending = true};
        const auto reader = PageReader::prepare(list, page);
        if (!reader) return std::unexpected(reader.error());
        return reader->read<StoredSighting>(connection, sql::readSighting<Query>);
    });
}

Task<Result<std::vector<BroughtOffer>>> SqliteOffers::broughtBy(UserId user, MessageId message) {
    return database_.read([user, message](Connection& connection) -> Result<std::vector<BroughtOffer>> {
        std::vector<BroughtOffer> offers;
        Query query = connection.query(sql::offersBroughtBy, user, message);
        while (query.step()) offers.push_back({.offer = query.integer(0), .title = query.text(1)});
        return offers;
    });
}

Task<Result<StoredOffer>> SqliteOffers::setState(UserId user, OfferId id, OfferState state, std::string note) {
    return database_.write(
        [this, user, id, state, note = std::move(note)](Connection& connection) -> Result<StoredOffer> {
            auto offer = findOffer(connection, user, id);
            if (!offer) return noSuchOffer();
            if (offer->state == state && note.empty()) return std::move(*offer);
            connection.run(sql::setOfferState, id, user, nameOf(state));
            connection.run(sql::insertStateChange, id, nameOf(offer->state), nameOf(state), note, database_.now());
            connection.run(sql::countListChange, user);
            offer->state = state;
            return std::move(*offer);
        });
}

Task<Result<std::vector<StateChange>>> SqliteOffers::history(UserId user, OfferId id) {
    return database_.read([user, id](Connection& connection) -> Result<std::vector<StateChange>> {
        if (connection.integerOf(sql::offerExists, user, id) == 0) return noSuchOffer();
        std::vector<StateChange> steps;
        Query query = connection.query(sql::stateChangesOfOffer, user, id);
        while (query.step()) {
            steps.push_back(sql::readStateChange(query));
        }
        return steps;
    });
}

Task<Result<void>> SqliteOffers::remove(UserId user, OfferId id) {
    return database_.write([user, id](Connection& connection) -> Result<void> {
        if (connection.run(sql::deleteOffer, id, user) == 0) return noSuchOffer();
        connection.run(sql::removeOfferKeys, user, id);
        connection.run(sql::countListChange, user);
        return {};
    });
}

Task<Result<std::vector<UserId>>> SqliteOffers::usersWithStale() {
    return database_.read([](Connection& connection) -> Result<std::vector<UserId>> {
        std::vector<UserId> users;
        Query query = connection.query(sql::usersWithStaleOffers);
        while (query.step()) users.push_back(query.integer(0));
        return users;
    });
}

Task<Result<std::vector<StoredOffer>>> SqliteOffers::stale(UserId user, OfferId beyond, int limit) {
    static const std::string sql =
        fmt::format("select o.id, o.id, {} from {} {}", sql::offerColumns, sql::offersOfUsers, sql::staleOffersOfUser);
    return database_.read([user, beyond, limit](Connection& connection) -> Result<std::vector<StoredOffer>> {
        std::vector<StoredOffer> offers;
        Query query = connection.query(sql, user, beyond, limit);
        while (query.step()) offers.push_back(sql::readOffer(query));
        return offers;
    });
}

Task<Result<void>> SqliteOffers::rescore(UserId user, std::vector<Judgement> judgements) {
    return database_.write([user, judgements = std::move(judgements)](Connection& connection) -> Result<void> {
        for (const Judgement& judgement : judgements) setScore(connection, user, judgement);
        connection.run(sql::countListChange, user);
        return {};
    });
}

}  // namespace nextjob::store::sqlite
