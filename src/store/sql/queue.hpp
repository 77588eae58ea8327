#pragma once

#include <string_view>

namespace nextjob::store::sql {

// Behind the user's last message, and not before those that are next now: who has sent little never waits for all that
// somebody else has sent.
inline constexpr std::string_view enqueue = R"(
    insert into queue (message_id, user_id, bytes, queued_at, available_at, turn) values ($1, $2, $3, $4, $4, 1 + coalesce((
        select max(taken.turn) from (
            select max(turn) as turn from queue where user_id = $2
            union all
            select next.turn - 1 from (
                select turn from queue where owner is null and available_at <= $4 order by turn, message_id limit 1
            ) as next
        ) as taken), 0)))";

inline constexpr std::string_view insertPayload = "insert into payloads (message_id, format, body) values ($1, $2, $3)";

inline constexpr std::string_view queueLoad = "select count(*), cast(coalesce(sum(bytes), 0) as bigint) from queue";
inline constexpr std::string_view queueLoadOfUser =
    "select count(*), cast(coalesce(sum(bytes), 0) as bigint) from queue where user_id = $1";

inline constexpr std::string_view findClaimable = R"(
    select message_id, attempts from queue
    where available_at <= $1 and owner is null order by turn, message_id limit $2)";

inline constexpr std::string_view claim = R"(
    update queue set owner = $2, lease_until = $3, ticket = ticket + 1 where message_id = $1
    returning ticket, attempts)";

inline constexpr std::string_view claimedMessage = R"(
    select m.user_id, m.key, m.source, m.source_id, m.subject, m.sender, m.received_at, m.import_id, m.truncated,
           p.format, p.body
    from messages m join payloads p on p.message_id = m.id where m.id = $1)";

inline constexpr std::string_view queueOwners = "select distinct owner from queue where owner is not null";

// A process that died while it held a message may have died of it.
inline constexpr std::string_view freeClaimsOf =
    "update queue set owner = null, attempts = attempts + 1 where owner = $1 returning message_id, attempts";

// So may one that holds it for longer than its lease: it may be dead where nobody can see it, or never end.
inline constexpr std::string_view freeLapsedClaims = R"(
    update queue set owner = null, attempts = attempts + 1 where owner is not null and lease_until <= $1
    returning message_id, attempts)";

// Unharmed.
inline constexpr std::string_view releaseClaimsOf = "update queue set owner = null where owner = $1";

inline constexpr std::string_view releaseClaim =
    "update queue set owner = null where message_id = $1 and ticket = $2 and owner is not null";

inline constexpr std::string_view delayClaim = R"(
    update queue set owner = null, attempts = attempts + 1, available_at = $3
    where message_id = $1 and ticket = $2 and owner is not null returning attempts)";

inline constexpr std::string_view dropClaim =
    "delete from queue where message_id = $1 and ticket = $2 and owner is not null returning attempts";

inline constexpr std::string_view dequeue = "delete from queue where message_id = $1";

inline constexpr std::string_view queuedMessages =
    "select message_id from queue where message_id > $1 order by message_id limit $2";

inline constexpr std::string_view isQueued = "select 1 from queue where message_id = $1";

inline constexpr std::string_view deletePayload = "delete from payloads where message_id = $1";

inline constexpr std::string_view queueDepth = R"(
    select count(*) filter (where owner is null and available_at <= $1), count(*) filter (where owner is not null),
           count(*) filter (where owner is null and available_at > $1), cast(coalesce(sum(bytes), 0) as bigint), min(queued_at)
    from queue)";

inline constexpr std::string_view countDeadLetters = "select count(*) from messages where state = 'dead'";

}  // namespace nextjob::store::sql
