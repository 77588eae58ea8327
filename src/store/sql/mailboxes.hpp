#pragma once

#include <string_view>

namespace nextjob::store::sql {

// In the order that reading a Mailbox expects.
inline constexpr std::string_view mailboxColumns =
    "id, user_id, source, settings, cursor, progress, due_at, asked_at, idle_runs, lease_until, broken, fence";

// Due now whether it is new or not; one that is being read is due again afterwards.
inline constexpr std::string_view putMailbox = R"(
    insert into mailboxes (user_id, source, settings, due_at, created_at, updated_at) values ($1, $2, $3, $4, $4, $4)
    on conflict (user_id, source) do update set settings = excluded.settings,
        due_at = case when mailboxes.due_at < excluded.due_at then mailboxes.due_at else excluded.due_at end,
        asked_fence = mailboxes.fence, updated_at = excluded.updated_at)";

// The same for who has connected its account.
inline constexpr std::string_view connectMailbox = R"(
    insert into mailboxes (user_id, source, settings, due_at, created_at, updated_at) values ($1, $2, '{}', $3, $3, $3)
    on conflict (user_id, source) do update set broken = false,
        due_at = case when mailboxes.due_at < excluded.due_at then mailboxes.due_at else excluded.due_at end,
        asked_fence = mailboxes.fence, updated_at = excluded.updated_at)";

inline constexpr std::string_view breakMailbox =
    "update mailboxes set broken = true, updated_at = $3 where user_id = $1 and source = $2";

inline constexpr std::string_view removeMailbox = "delete from mailboxes where user_id = $1 and source = $2";

inline constexpr std::string_view mailboxExists = "select 1 from mailboxes where user_id = $1 and source = $2";

inline constexpr std::string_view skipUnfetched = R"(
    update messages set state = 'skipped', reason = $3, updated_at = $4
    where user_id = $1 and source = $2 and state = 'seen')";

inline constexpr std::string_view askMailbox = R"(
    update mailboxes set due_at = case when due_at < $3 then due_at else $3 end,
        asked_at = case when asked_at is null or asked_fence <> fence then cast($3 as bigint) else asked_at end,
        asked_fence = fence, updated_at = $3
    where user_id = $1 and source = $2)";

// Whoever reads it loses it: what they would write is of before.
inline constexpr std::string_view restartMailbox = R"(
    update mailboxes set cursor = '', progress = '', idle_runs = 0, owner = null, lease_until = 0, fence = fence + 1,
        due_at = case when due_at < $3 then due_at else $3 end, updated_at = $3
    where user_id = $1 and source = $2)";

inline constexpr std::string_view leaseHolders =
    "select distinct owner from mailboxes where owner is not null and lease_until > $1";

// Due as it was. Another lease has another fence, as ever.
inline constexpr std::string_view releaseLeasesOf =
    "update mailboxes set owner = null, lease_until = 0 where owner = $1";

inline constexpr std::string_view extendLease =
    "update mailboxes set lease_until = $4 where id = $1 and fence = $2 and lease_until > $3";

inline constexpr std::string_view keepCursor = R"(
    update mailboxes set cursor = coalesce($2, cursor), progress = coalesce($3, progress), updated_at = $4
    where id = $1)";

// Who asked since this lease began may want what it had passed already: they get a run of their own.
inline constexpr std::string_view finishLease = R"(
    update mailboxes set cursor = coalesce($4, cursor), progress = coalesce($5, progress), idle_runs = $6,
        due_at = case when asked_fence = fence then cast($3 as bigint) else cast($7 as bigint) end,
        asked_at = case when asked_fence = fence then asked_at end,
        owner = null, lease_until = 0, updated_at = $3
    where id = $1 and fence = $2 and lease_until > $3)";

inline constexpr std::string_view unfetchedMessages = R"(
    select id, source_id, attempts, wanted from messages
    where user_id = $1 and source = $2 and state = 'seen' and next_try_at <= $3 order by id limit $4)";

// A message of the mailbox that was not fetched: $4 is its state from now on.
inline constexpr std::string_view endUnfetched = R"(
    update messages set state = $4, reason = $5, attempts = attempts + $6, next_try_at = $7,
        subject = coalesce($8, subject), sender = coalesce($9, sender), received_at = coalesce($10, received_at),
        updated_at = $11
    where id = $1 and user_id = $2 and source = $3 and state = 'seen')";

inline constexpr std::string_view rulesOfUser =
    "select user_id, sender, is_read from sender_rules where user_id = $1 order by sender";

inline constexpr std::string_view countOtherRules =
    "select count(*) from sender_rules where user_id = $1 and sender <> $2";

inline constexpr std::string_view putRule = R"(
    insert into sender_rules (user_id, sender, is_read) values ($1, $2, $3)
    on conflict (user_id, sender) do update set is_read = excluded.is_read)";

inline constexpr std::string_view removeRule = "delete from sender_rules where user_id = $1 and sender = $2";

}  // namespace nextjob::store::sql
