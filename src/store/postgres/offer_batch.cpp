#include "store/postgres/offer_batch.hpp"

#include "store/facts_json.hpp"
#include "store/postgres/offer_columns.hpp"
#include "store/postgres/offer_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view lockUsers =
    "select id, profile_version from users where id = any ($1::bigint[]) order by id for no key update";
constexpr std::string_view readUsers = "select id, profile_version from users where id = any ($1::bigint[])";
constexpr std::string_view shareUsers =
    "select id, profile_version from users where id = any ($1::bigint[]) order by id for share";

std::string knownBy(std::string_view keyColumn) {
    return fmt::format(R"(
        select t.place, k.offer_id, k.removed
        from unnest($1::bigint[], $2::bigint[]) with ordinality as t (user_id, key, place)
        join offer_keys k on k.user_id = t.user_id and k.{} = t.key)",
                       keyColumn);
}

// Locked one after the other by id, so that nobody waits in vain; as they are when the lock is there.
const std::string& knownOffers() {
    static const std::string sql = fmt::format(R"(
        select o.id, o.id, {}
        from unnest($1::bigint[], $2::bigint[]) as t (user_id, id)
        join offers o on o.user_id = t.user_id and o.id = t.id
        order by o.id for no key update of o)",
                                               offerColumns("''"));
    return sql;
}

constexpr std::string_view boardsOfKnown =
    "select offer_id, board from offer_keys where offer_id = any ($1::bigint[]) and board <> 0";

constexpr std::string_view knownSightings =
    "select offer_id, message_id from sightings where offer_id = any ($1::bigint[]) and message_id = any "
    "($2::bigint[])";

constexpr std::string_view newOfferIds = "select nextval('offers_id_seq') from generate_series(1, $1::bigint)";

constexpr std::string_view insertKeys = R"(
    insert into offer_keys (user_id, link_key, text_key, offer_id, board, removed)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[]))";

constexpr std::string_view insertSightings = R"(
    insert into sightings (offer_id, message_id, seen_at, facts, evidence, source_text)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
    on conflict (offer_id, message_id) do nothing)";

// Last in its transaction and in order: of two that add offers for the same users, one waits for the other's commit.
// Fails with isForeignKeyViolation where a user has been erased meanwhile.
constexpr std::string_view countListChanges = R"(
    insert into offer_lists (user_id, changes) select t.id, 1 from unnest($1::bigint[]) as t (id) order by t.id
    on conflict (user_id) do update set changes = offer_lists.changes + 1)";

// With more rows a statement, the server fetches memory from its system anew for each of them.
constexpr std::size_t mostRowsAtOnce = 64;

}  // namespace

std::size_t addUserLock(Batch& batch, const std::set<UserId>& users, UserLock lock) {
    const auto& sql = lock == UserLock::None ? readUsers : lock == UserLock::Shared ? shareUsers : lockUsers;
    return batch.add(sql, column(integers(), users));
}

void OfferBatch::expect(UserId user, const OfferKeys& keys) {
    ++offers_;
    if (keys.link) links_.emplace_back(user, *keys.link);
    if (keys.text) texts_.emplace_back(user, *keys.text);
}

void OfferBatch::ask(Batch& batch, bool lookUp) {
    first_ = batch.add(newOfferIds, offers_);
    lookedUp_ = lookUp;
    if (!lookUp) return;
    askFor(batch, "link_key", links_);
    askFor(batch, "text_key", texts_);
}

void OfferBatch::askFor(Batch& batch, std::string_view keyColumn, Asked& keys) {
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
    Column owner = integers(), key = integers();
    for (const auto& [user, value] : keys) {
        owner.add(user);
        key.add(value);
    }
    batch.add(knownBy(keyColumn), owner.take(), key.take());
}

Task<void> OfferBatch::learn(Call& call, const std::vector<Rows>& answers, std::vector<MessageId> messages) {
    const Rows& ids = answers[first_];
    for (int row = ids.size() - 1; row >= 0; --row) freeIds_.push_back(ids[row].integer(0));
    if (!lookedUp_) co_return;
    const auto known = learnKeys(answers[first_ + 1], answers[first_ + 2]);
    if (known.empty()) co_return;
    Column owner = integers(), offer = integers();
    for (const auto& [id, user] : known) {
        owner.add(user);
        offer.add(id);
    }
    Batch batch;
    const Value offers = offer.take();
    batch.add(knownOffers(), owner.take(), offers);
    batch.add(boardsOfKnown, offers);
    batch.add(knownSightings, offers, column(integers(), messages));
    const auto found = co_await call.run(std::move(batch));
    for (int row = 0; row < found[0].size(); ++row) book_.knowOffer(sql::readOffer(found[0][row]));
    for (int row = 0; row < found[1].size(); ++row)
        book_.knowBoard(found[1][row].integer(0), static_cast<Board>(found[1][row].integer(1)));
    for (int row = 0; row < found[2].size(); ++row)
        book_.knowSighting(found[2][row].integer(0), found[2][row].integer(1));
}

// Gives the offers that the keys lead to, and whose they are.
std::map<OfferId, UserId> OfferBatch::learnKeys(const Rows& links, const Rows& texts) {
    std::map<OfferId, UserId> offers;
    const auto learn = [&](const Rows& known, const Asked& asked) {
        for (int row = 0; row < known.size(); ++row) {
            const auto& [user, key] = asked[static_cast<std::size_t>(known[row].integer(0) - 1)];
            book_.knowKey(user, key, {.offer = known[row].integer(1), .removed = known[row].flag(2)});
            offers.emplace(known[row].integer(1), user);
        }
    };
    learn(links, links_);
    learn(texts, texts_);
    return offers;
}

// The keys first: where one was known after all, nothing else has been done in vain.
void OfferBatch::write(Batch& batch, std::uint32_t rowType) const {
    std::vector<const StoredOffer*> fresh, seen, facts;
    std::set<UserId> owners;
    for (const auto& [id, entry] : book_.entries()) {
        if (entry.touched) owners.insert(entry.offer.user);
        if (entry.fresh) fresh.push_back(&entry.offer);
        if (entry.touched && !entry.fresh) seen.push_back(&entry.offer);
        if (entry.factsChanged && !entry.fresh) facts.push_back(&entry.offer);
    }
    if (!book_.newKeys().empty()) batch.add(keysToInsert());
    for (std::span<const StoredOffer* const> left = fresh; !left.empty();) {
        const auto part = left.first(std::min(left.size(), mostRowsAtOnce));
        batch.add(insertOffers(part, rowType));
        left = left.subspan(part.size());
    }
    if (!seen.empty()) batch.add(updateSeen(seen));
    if (!facts.empty()) batch.add(updateFacts(facts));
    if (!book_.newSightings().empty()) batch.add(sightingsToInsert());
    if (!owners.empty()) batch.add(countListChanges, column(integers(), owners));
}

OfferId OfferBatch::newId() {
    const OfferId id = freeIds_.back();
    freeIds_.pop_back();
    return id;
}

// In order, so that of two transactions with the same jobs one waits for the other, and not both. By the texts first: a
// job has the same on many boards.
Statement OfferBatch::keysToInsert() const {
    std::vector<IngestBook::NewKeys> rows = book_.newKeys();
    std::ranges::sort(rows, {}, [](const IngestBook::NewKeys& made) {
        return std::tuple(made.user, made.keys.text, made.keys.link);
    });
    Column owner = integers(), link = integers(), text = integers(), offer = integers(), board = integers(),
           removed = flags();
    for (const auto& [user, keys, known] : rows) {
        owner.add(user);
        link.add(keys.link);
        text.add(keys.text);
        offer.add(known.offer);
        board.add(std::int64_t{keys.board});
        removed.add(known.removed);
    }
    return statementOf(insertKeys, owner.take(), link.take(), text.take(), offer.take(), board.take(), removed.take());
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
