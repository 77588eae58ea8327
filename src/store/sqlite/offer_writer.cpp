#include "store/sqlite/offer_writer.hpp"

#include "store/facts_json.hpp"
#include "store/merge.hpp"
#include "store/sql/offers.hpp"
#include "store/sqlite/offer_rows.hpp"

#include <algorithm>
#include <map>

namespace nextjob::store::sqlite {
namespace {

// The link keys that stand under offers of different words.
std::set<std::string> linksOfSeveral(const std::vector<const OfferSighting*>& offers) {
    std::map<std::string, std::string> words;
    std::set<std::string> shared;
    for (const OfferSighting* offer : offers) {
        const auto [entry, first] = words.emplace(offer->linkKey, offer->textKey);
        if (!first && entry->second != offer->textKey) shared.insert(offer->linkKey);
    }
    return shared;
}

std::string textKeyOf(const OfferSighting& seen) { return seen.textKey.empty() ? "" : "t:" + seen.textKey; }

}  // namespace

OfferWriter::OfferWriter(Connection& connection, Origin origin, const std::vector<const OfferSighting*>& offers,
                         std::vector<std::pair<UserId, OfferId>>& grown)
    : connection_(connection), origin_(std::move(origin)), sharedLinks_(linksOfSeveral(offers)), grown_(grown) {}

OfferWriter::Stored OfferWriter::store(const OfferSighting& seen) {
    const auto known = recognise(seen);
    if (!known) return {.offer = insert(seen), .outcome = Delivery::Created};
    rememberKeys(seen, known->offer, known->removed);
    if (known->removed) return {.offer = 0, .outcome = Delivery::Suppressed};
    if (!insertSighting(known->offer, seen)) return {.offer = known->offer, .outcome = Delivery::Unchanged};
    merge(known->offer, seen);
    return {.offer = known->offer, .outcome = Delivery::Updated};
}

// "" for a link under several offers: it is the mail's, not theirs.
std::string OfferWriter::linkKeyOf(const OfferSighting& seen) const {
    return seen.linkKey.empty() || sharedLinks_.contains(seen.linkKey) ? "" : "l:" + seen.linkKey;
}

std::optional<OfferWriter::Known> OfferWriter::find(const std::string& key) {
    if (key.empty()) return std::nullopt;
    Query query = connection_.query(sql::findOfferKey, origin_.user, key);
    if (!query.step()) return std::nullopt;
    return Known{.offer = query.integer(0), .removed = query.flag(1)};
}

std::optional<OfferWriter::Known> OfferWriter::recognise(const OfferSighting& seen) {
    if (const auto byLink = find(linkKeyOf(seen))) return byLink;
    const auto byText = find(textKeyOf(seen));
    if (byText && !linkKeyOf(seen).empty() && hasOtherLink(byText->offer, seen.linkKey)) return std::nullopt;
    return byText;
}

// Whether the offer is known by another id of the same board: then it is another job.
bool OfferWriter::hasOtherLink(OfferId offer, std::string_view linkKey) {
    const std::string_view board = boardOf(linkKey);
    if (board.empty()) return false;
    const std::string beginning = "l:" + std::string(board);
    Query query = connection_.query(sql::keysOfOffer, offer);
    while (query.step()) {
        if (query.text(0).starts_with(beginning)) return true;
    }
    return false;
}

void OfferWriter::rememberKeys(const OfferSighting& seen, OfferId offer, bool removed) {
    for (const std::string& key : {linkKeyOf(seen), textKeyOf(seen)}) {
        if (!key.empty()) connection_.run(sql::insertOfferKey, origin_.user, key, offer, removed);
    }
}

bool OfferWriter::insertSighting(OfferId offer, const OfferSighting& seen) {
    return connection_.run(sql::insertSighting, offer, origin_.message, origin_.seenAt, factsToJson(seen.facts),
                           seen.evidenceJson, seen.sourceText)
           == 1;
}

OfferId OfferWriter::insert(const OfferSighting& seen) {
    OfferId id = 0;
    {
        Query query = connection_.query(sql::insertOffer);
        bindFacts(query, seen.facts);
        query.bind(19, seen.score.matchScore);
        query.bind(20, seen.score.reason);
        query.bind(21, seen.score.technologiesMatched);
        query.bind(22, seen.score.criteriaJson);
        query.bind(23, seen.score.confidence);
        query.bind(24, seen.score.judgedFor);
        query.bind(25, origin_.user);
        query.bind(26, origin_.source);
        query.bind(27, origin_.sourceId);
        query.bind(28, origin_.seenAt);
        query.step();
        id = query.integer(0);
    }
    rememberKeys(seen, id, false);
    insertSighting(id, seen);
    return id;
}

void OfferWriter::merge(OfferId id, const OfferSighting& seen) {
    const StoredOffer known = findOffer(connection_, origin_.user, id).value();
    const bool newer = origin_.seenAt >= known.lastSeen;
    connection_.run(sql::touchOffer, id, std::min(known.firstSeen, origin_.seenAt),
                    std::max(known.lastSeen, origin_.seenAt));
    // The score of the mail that knew more stands until someone judges the merged offer.
    const bool betterJudged =
        seen.score.confidence > known.score.confidence || (seen.score.confidence == known.score.confidence && newer);
    if (betterJudged)
        setScore(connection_, origin_.user, {.offer = id, .revision = known.revision, .score = seen.score});
    const OfferFacts merged = mergeFacts(known.facts, seen.facts, newer);
    if (factsToJson(merged) != factsToJson(known.facts)) {
        Query query = connection_.query(sql::updateOfferFacts);
        bindFacts(query, merged);
        query.bind(19, id);
        query.step();
    }
    const OfferFacts& judged = betterJudged ? seen.facts : known.facts;
    if (sameForScoring(merged, judged)) return;
    connection_.run(sql::markGrown, id);
    grown_.emplace_back(origin_.user, id);
}

}  // namespace nextjob::store::sqlite
