#pragma once

#include <string_view>

namespace nextjob::store::sql {

// After the id and the key of the list's order; in the order that reading a StoredOffer expects.
inline constexpr std::string_view offerColumns =
    "o.user_id, u.email, o.state, o.match_score, o.reason, o.technologies_matched, o.criteria, o.confidence, "
    "o.source, "
    "o.source_id, o.first_seen_at, o.last_seen_at, o.sightings, o.title, o.company, o.location, "
    "o.description, "
    "o.apply_link, o.salary_text, o.salary_min, o.salary_max, o.salary_currency, o.salary_period, "
    "o.work_mode, "
    "o.employment_type, o.seniority, o.posted, o.language, o.skills, o.revision, o.judged_for";

// Of the users that a condition on u.id picks.
inline constexpr std::string_view offerListMarks =
    "select u.id, coalesce(l.changes, 0), u.email from users u left join offer_lists l on l.user_id = u.id";

// Belongs to every transaction that changes what a list shows.
inline constexpr std::string_view countListChange = R"(
    insert into offer_lists (user_id, changes) values ($1, 1)
    on conflict (user_id) do update set changes = offer_lists.changes + 1)";

inline constexpr std::string_view offersOfUsers = "offers o join users u on u.id = o.user_id";

inline constexpr std::string_view insertOffer = R"(
    insert into offers (
        title, company, location, description, apply_link, salary_text, salary_min, salary_max, salary_currency,
        salary_period, work_mode, employment_type, seniority, posted, language, skills, title_key, company_key,
        match_score, reason, technologies_matched, criteria, confidence, judged_for,
        user_id, source, source_id, first_seen_at, last_seen_at, sightings, revision, id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32))";

// Ids count on from here: one of an offer that is gone is not given again.
inline constexpr std::string_view lastOfferId =
    "select coalesce((select seq from sqlite_sequence where name = 'offers'), 0)";

// The same first parameters as insertOffer.
inline constexpr std::string_view updateOfferFacts = R"(
    update offers set
        title = $1, company = $2, location = $3, description = $4, apply_link = $5, salary_text = $6, salary_min = $7,
        salary_max = $8, salary_currency = $9, salary_period = $10, work_mode = $11, employment_type = $12,
        seniority = $13, posted = $14, language = $15, skills = $16, title_key = $17, company_key = $18,
        revision = $20
    where id = $19)";

inline constexpr std::string_view touchOffer = R"(
    update offers set first_seen_at = $2, last_seen_at = $3, sightings = $4 where id = $1)";

inline constexpr std::string_view setOfferScore = R"(
    update offers set match_score = $3, reason = $4, technologies_matched = $5, criteria = $6, confidence = $7,
        judged_for = $8
    where id = $1 and user_id = $2 and revision = $9)";

inline constexpr std::string_view usersWithStaleOffers = R"(
    select id from users u
    where exists (select 1 from offers o where o.user_id = u.id and o.judged_for < u.profile_version) order by id)";

// Goes on after offerColumns and offersOfUsers. By the index of the user's offers: the plus keeps the ids of everybody's
// from being read in their order.
inline constexpr std::string_view staleOffersOfUser =
    "where o.user_id = $1 and o.judged_for < u.profile_version and +o.id > $2 order by +o.id limit $3";

inline constexpr std::string_view setOfferState = "update offers set state = $3 where id = $1 and user_id = $2";

inline constexpr std::string_view insertStateChange = R"(
    insert into offer_states (offer_id, from_state, to_state, note, changed_at) values ($1, $2, $3, $4, $5))";

inline constexpr std::string_view stateChangesOfOffer = R"(
    select h.changed_at, h.from_state, h.to_state, h.note
    from offer_states h join offers o on o.id = h.offer_id where o.user_id = $1 and o.id = $2 order by h.id)";

inline constexpr std::string_view offerExists = "select 1 from offers where user_id = $1 and id = $2";

inline constexpr std::string_view deleteOffer = "delete from offers where id = $1 and user_id = $2";

inline constexpr std::string_view findOfferKey =
    "select offer_id, removed from offer_keys where user_id = $1 and key = $2";

inline constexpr std::string_view insertOfferKey = R"(
    insert into offer_keys (user_id, key, offer_id, board, removed) values ($1, $2, $3, $4, $5)
    on conflict (user_id, key) do nothing)";

// By the index of those that have one.
inline constexpr std::string_view boardsOfOffer = "select board from offer_keys where offer_id = $1 and board <> 0";

inline constexpr std::string_view removeOfferKeys =
    "update offer_keys set removed = true where user_id = $1 and offer_id = $2";

inline constexpr std::string_view offersOfMessage = "select offer_id from sightings where message_id = $1";

inline constexpr std::string_view offersBroughtBy = R"(
    select o.id, o.title from sightings s join offers o on o.id = s.offer_id
    where s.message_id = $2 and o.user_id = $1 order by o.id)";

inline constexpr std::string_view insertSighting = R"(
    insert into sightings (offer_id, message_id, seen_at, facts, evidence, source_text)
    values ($1, $2, $3, $4, $5, $6) on conflict (offer_id, message_id) do nothing)";

// After the id and the time, the key of the list's order; in the order that reading a StoredSighting expects.
inline constexpr std::string_view sightingColumns =
    "s.id, s.seen_at, s.message_id, m.source, m.source_id, m.sender, m.subject, s.facts, s.evidence, s.source_text";

inline constexpr std::string_view sightingsOfMessages =
    "sightings s join offers o on o.id = s.offer_id join messages m on m.id = s.message_id";

}  // namespace nextjob::store::sql
