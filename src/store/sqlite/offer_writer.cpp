#include "store/sqlite/offer_writer.hpp"

#include "store/facts_json.hpp"
#include "store/sql/offers.hpp"
#include "store/sqlite/offer_rows.hpp"

namespace nextjob::store::sqlite {

OfferWriter::OfferWriter(Connection& connection)
    : connection_(connection), lastOffer_(connection.integerOf(sql::lastOfferId)) {}

void OfferWriter::knowSightingsOf(MessageId message) {
    Query query = connection_.query(sql::offersOfMessage, message);
    while (query.step()) book_.knowSighting(query.integer(0), message);
}

IngestBook::Stored OfferWriter::store(const IngestBook::Origin& origin, const OfferKeys& keys,
                                      const OfferSighting& seen) {
    learn(origin.user, keys);
    return book_.see(origin, keys, seen);
}

void OfferWriter::write() {
    std::set<UserId> owners;
    for (const auto& [id, entry] : book_.entries()) {
        if (!entry.touched) continue;
        if (entry.fresh) {
            insert(entry.offer);
        } else {
            update(entry);
        }
        owners.insert(entry.offer.user);
    }
    for (const UserId owner : owners) connection_.run(sql::countListChange, owner);
    for (const auto& [user, keys, known] : book_.newKeys()) {
        if (keys.link) insertKey(user, *keys.link, keys.board, known);
        if (keys.text) insertKey(user, *keys.text, 0, known);
    }
    for (const IngestBook::Sighting& sighting : book_.newSightings()) {
        connection_.run(sql::insertSighting, sighting.offer, sighting.message, sighting.seenAt,
                        factsToJson(sighting.seen->facts), sighting.seen->evidenceJson, sighting.seen->sourceText);
    }
}

// Tells the book what the store knows by these keys.
void OfferWriter::learn(UserId user, const OfferKeys& keys) {
    for (const auto& key : {keys.link, keys.text}) {
        if (!key || !learnt_.emplace(user, *key).second) continue;
        Query query = connection_.query(sql::findOfferKey, user, *key);
        if (!query.step()) continue;
        const OfferId offer = query.integer(0);
        book_.knowKey(user, *key, {.offer = offer, .removed = query.flag(1)});
        if (learntOffers_.insert(offer).second) learnOffer(user, offer);
    }
}

void OfferWriter::learnOffer(UserId user, OfferId offer) {
    Query boards = connection_.query(sql::boardsOfOffer, offer);
    while (boards.step()) book_.knowBoard(offer, static_cast<Board>(boards.integer(0)));
    if (auto found = findOffer(connection_, user, offer)) book_.knowOffer(std::move(*found));
}

void OfferWriter::insert(const StoredOffer& offer) {
    Query query = connection_.query(sql::insertOffer);
    bindFacts(query, offer.facts);
    query.bind(19, offer.score.matchScore);
    query.bind(20, offer.score.reason);
    query.bind(21, offer.score.technologiesMatched);
    query.bind(22, offer.score.criteriaJson);
    query.bind(23, offer.score.confidence);
    query.bind(24, offer.score.judgedFor);
    query.bind(25, offer.user);
    query.bind(26, offer.source);
    query.bind(27, offer.sourceId);
    query.bind(28, offer.firstSeen);
    query.bind(29, offer.lastSeen);
    query.bind(30, offer.sightings);
    query.bind(31, offer.revision);
    query.bind(32, offer.id);
    query.step();
}

void OfferWriter::insertKey(UserId user, OfferKey key, Board board, IngestBook::Known known) {
    connection_.run(sql::insertOfferKey, user, key, known.offer, board, known.removed);
}

void OfferWriter::update(const IngestBook::Entry& entry) {
    const StoredOffer& offer = entry.offer;
    connection_.run(sql::touchOffer, offer.id, offer.firstSeen, offer.lastSeen, offer.sightings);
    if (entry.factsChanged) {
        Query query = connection_.query(sql::updateOfferFacts);
        bindFacts(query, offer.facts);
        query.bind(19, offer.id);
        query.bind(20, offer.revision);
        query.step();
    }
    if (entry.scoreChanged)
        setScore(connection_, offer.user, {.offer = offer.id, .revision = offer.revision, .score = offer.score});
}

}  // namespace nextjob::store::sqlite
