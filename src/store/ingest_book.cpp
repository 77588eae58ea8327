#include "store/ingest_book.hpp"

#include "store/facts_json.hpp"
#include "store/merge.hpp"

#include <algorithm>

namespace nextjob::store {

void IngestBook::knowKey(UserId user, OfferKey key, Known known) { keys_[{user, key}] = known; }

void IngestBook::knowBoard(OfferId offer, Board board) {
    if (board != 0) boards_.emplace(offer, board);
}

void IngestBook::knowOffer(StoredOffer offer) {
    const OfferId id = offer.id;
    entries_[id].offer = std::move(offer);
}

void IngestBook::knowSighting(OfferId offer, MessageId message) { seen_.emplace(offer, message); }

IngestBook::Stored IngestBook::see(const Origin& origin, const OfferKeys& keys, const OfferSighting& seen) {
    const auto known = recognise(origin.user, keys);
    if (!known) return {.offer = insert(origin, keys, seen), .outcome = Delivery::Created};
    remember(origin.user, keys, *known);
    const auto entry = entries_.find(known->offer);
    if (known->removed || entry == entries_.end()) return {.offer = 0, .outcome = Delivery::Suppressed};
    if (origin.message == 0) {
        const bool more = merge(origin, entry->second, seen);
        return {.offer = known->offer, .outcome = more ? Delivery::Updated : Delivery::Unchanged};
    }
    if (!seen_.emplace(known->offer, origin.message).second)
        return {.offer = known->offer, .outcome = Delivery::Unchanged};
    newSightings_.push_back({known->offer, origin.message, origin.seenAt, &seen});
    ++entry->second.offer.sightings;
    merge(origin, entry->second, seen);
    return {.offer = known->offer, .outcome = Delivery::Updated};
}

std::optional<IngestBook::Known> IngestBook::find(UserId user, std::optional<OfferKey> key) const {
    if (!key) return std::nullopt;
    const auto found = keys_.find({user, *key});
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<IngestBook::Known> IngestBook::recognise(UserId user, const OfferKeys& keys) const {
    if (const auto byLink = find(user, keys.link)) return byLink;
    const auto byText = find(user, keys.text);
    // An offer that is known by another id of the same board is another job.
    if (byText && keys.board != 0 && boards_.contains({byText->offer, keys.board})) return std::nullopt;
    return byText;
}

void IngestBook::remember(UserId user, const OfferKeys& keys, Known known) {
    const auto isNew = [&](const std::optional<OfferKey>& key) {
        return key && keys_.emplace(std::pair(user, *key), known).second;
    };
    OfferKeys made;
    if (isNew(keys.link)) {
        made.link = keys.link;
        made.board = keys.board;
        knowBoard(known.offer, keys.board);
    }
    if (isNew(keys.text)) made.text = keys.text;
    if (made.link || made.text) newKeys_.push_back({.user = user, .keys = made, .known = known});
}

OfferId IngestBook::insert(const Origin& origin, const OfferKeys& keys, const OfferSighting& seen) {
    const OfferId id = newId_();
    Entry& entry = entries_.try_emplace(entries_.end(), id)->second;  // new ids come last
    entry.fresh = true;
    entry.touched = true;
    entry.offer = {.id = id,
                   .user = origin.user,
                   .email = {},
                   .facts = seen.facts,
                   .score = scoreOf(origin, seen),
                   .state = OfferState::New,
                   .source = origin.source,
                   .sourceId = origin.sourceId,
                   .firstSeen = origin.seenAt,
                   .lastSeen = origin.seenAt,
                   .sightings = origin.message == 0 ? 0 : 1,
                   .revision = 1};
    remember(origin.user, keys, {.offer = id, .removed = false});
    if (origin.message == 0) return id;
    seen_.emplace(id, origin.message);
    newSightings_.push_back({id, origin.message, origin.seenAt, &seen});
    return id;
}

OfferScore IngestBook::scoreOf(const Origin& origin, const OfferSighting& seen) {
    OfferScore score = seen.score;
    if (origin.judgedFor) score.judgedFor = *origin.judgedFor;
    return score;
}

bool IngestBook::merge(const Origin& origin, Entry& entry, const OfferSighting& seen) {
    StoredOffer& known = entry.offer;
    const bool newer = origin.seenAt >= known.lastSeen;
    OfferFacts facts = mergeFacts(known.facts, seen.facts, newer);
    // The score of the mail that knew more stands until someone judges the merged offer.
    const bool betterJudged =
        seen.score.confidence > known.score.confidence || (seen.score.confidence == known.score.confidence && newer);
    const bool grown = !sameForScoring(facts, betterJudged ? seen.facts : known.facts);
    OfferScore score = betterJudged ? scoreOf(origin, seen) : known.score;
    if (grown) score.judgedFor = 0;
    const bool factsChanged = factsToJson(facts) != factsToJson(known.facts);
    const bool scoreChanged = score != known.score;
    if (!factsChanged && !scoreChanged && origin.message == 0) return false;

    entry.touched = true;
    known.firstSeen = std::min(known.firstSeen, origin.seenAt);
    known.lastSeen = std::max(known.lastSeen, origin.seenAt);
    if (factsChanged) {
        known.facts = std::move(facts);
        ++known.revision;
        entry.factsChanged = true;
    }
    if (scoreChanged) {
        known.score = std::move(score);
        entry.scoreChanged = true;
    }
    if (grown) grown_.emplace_back(known.user, known.id);
    return true;
}

}  // namespace nextjob::store
