#include "store/postgres/offer_batch.hpp"

#include "store/facts_json.hpp"
#include "store/postgres/offer_columns.hpp"
#include "store/postgres/offer_rows.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view lockUsers =
    "select id, profile_version from users where id = any ($1::bigint[]) order by id for no key update";

constexpr std::string_view knownKeys = R"(
    select t.place, k.offer_id, k.removed
    from unnest($1::bigint[], $2::text[]) with ordinality as t (user_id, key, place)
    join offer_keys k on k.user_id = t.user_id and k.key = t.key)";

// Of the offers that a text key leads to: where their links lead.
constexpr std::string_view linksOfKnown = R"(
    select distinct l.offer_id, l.key
    from unnest($1::bigint[], $2::text[]) as t (user_id, key)
    join offer_keys k on k.user_id = t.user_id and k.key = t.key
    join offer_keys l on l.offer_id = k.offer_id
    where t.key like 't:%' and l.key like 'l:%')";

const std::string& knownOffers() {
    static const std::string sql = fmt::format(R"(
        select o.id, o.id, {} from offers o join (
            select distinct k.user_id, k.offer_id
            from unnest($1::bigint[], $2::text[]) as t (user_id, key)
            join offer_keys k on k.user_id = t.user_id and k.key = t.key
            where not k.removed) known on known.user_id = o.user_id and known.offer_id = o.id)",
                                               offerColumns("''"));
    return sql;
}

constexpr std::string_view newOfferIds = "select nextval('offers_id_seq') from generate_series(1, $1::bigint)";

constexpr std::string_view insertKeys = R"(
    insert into offer_keys (user_id, key, offer_id, removed)
    select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::boolean[]) on conflict (user_id, key) do nothing)";

constexpr std::string_view insertSightings = R"(
    insert into sightings (offer_id, message_id, seen_at, facts, evidence, source_text)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    on conflict (offer_id, message_id) do nothing)";

}  // namespace

std::size_t addUserLock(Batch& batch, const std::set<UserId>& users) {
    return batch.add(lockUsers, column(integers(), users));
}

void OfferBatch::expect(UserId user, const std::vector<OfferKeys>& keys) {
    offers_ += keys.size();
    for (const OfferKeys& each : keys) {
        for (const std::string& key : {each.link, each.text}) {
            if (!key.empty()) asked_.emplace(user, key);
        }
    }
}

void OfferBatch::ask(Batch& batch) {
    Column owner = integers(), key = texts();
    for (const auto& [user, text] : asked_) {
        owner.add(user);
        key.add(text);
    }
    const Value owners = owner.take(), keys = key.take();
    first_ = batch.add(knownKeys, owners, keys);
    batch.add(linksOfKnown, owners, keys);
    batch.add(knownOffers(), owners, keys);
    batch.add(newOfferIds, offers_);
}

void OfferBatch::learn(const std::vector<Rows>& answers) {
    const Rows &keys = answers[first_], &links = answers[first_ + 1], &known = answers[first_ + 2],
               &ids = answers[first_ + 3];
    const std::vector<std::pair<UserId, std::string>> asked(asked_.begin(), asked_.end());
    for (int row = 0; row < keys.size(); ++row) {
        const auto& [user, key] = asked[static_cast<std::size_t>(keys[row].integer(0) - 1)];
        book_.knowKey({.user = user, .key = key, .offer = keys[row].integer(1), .removed = keys[row].flag(2)});
    }
    for (int row = 0; row < links.size(); ++row) book_.knowLinkOf(links[row].integer(0), links[row].view(1));
    for (int row = 0; row < known.size(); ++row) book_.knowOffer(sql::readOffer(known[row]));
    for (int row = ids.size() - 1; row >= 0; --row) freeIds_.push_back(ids[row].integer(0));
}

void OfferBatch::write(Batch& batch) const {
    std::vector<const StoredOffer*> fresh, seen, facts;
    for (const auto& [id, entry] : book_.entries()) {
        if (entry.fresh) fresh.push_back(&entry.offer);
        if (entry.touched && !entry.fresh) seen.push_back(&entry.offer);
        if (entry.factsChanged && !entry.fresh) facts.push_back(&entry.offer);
    }
    if (!fresh.empty()) batch.add(insertOffers(fresh));
    if (!seen.empty()) batch.add(updateSeen(seen));
    if (!facts.empty()) batch.add(updateFacts(facts));
    if (!book_.newKeys().empty()) batch.add(keysToInsert());
    if (!book_.newSightings().empty()) batch.add(sightingsToInsert());
}

OfferId OfferBatch::newId() {
    const OfferId id = freeIds_.back();
    freeIds_.pop_back();
    return id;
}

Statement OfferBatch::keysToInsert() const {
    Column user = integers(), key = texts(), offer = integers(), removed = flags();
    for (const IngestBook::Key& made : book_.newKeys()) {
        user.add(made.user);
        key.add(made.key);
        offer.add(made.offer);
        removed.add(made.removed);
    }
    return statementOf(insertKeys, user.take(), key.take(), offer.take(), removed.take());
}

Statement OfferBatch::sightingsToInsert() const {
    Column offer = integers(), message = integers(), at = integers(), facts = texts(), evidence = texts(),
           words = texts();
    for (const IngestBook::Sighting& made : book_.newSightings()) {
        offer.add(made.offer);
        message.add(made.message);
        at.add(made.seenAt);
        facts.add(factsToJson(made.seen->facts));
        evidence.add(made.seen->evidenceJson);
        words.add(made.seen->sourceText);
    }
    return statementOf(insertSightings, offer.take(), message.take(), at.take(), facts.take(), evidence.take(),
                       words.take());
}

}  // namespace nextjob::store::postgres
