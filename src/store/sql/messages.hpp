#pragma once

#include <string_view>

namespace nextjob::store::sql {

// In the order that reading a MessageRecord expects.
inline constexpr std::string_view messageColumns =
    "id, id, user_id, key, state, reason, source, source_id, subject, sender, received_at, import_id, bytes, "
    "truncated, "
    "attempts, kind, language, profile, announced, found, about_title, about_company, analysis_us, "
    "first_seen_at, "
    "updated_at, wanted, fetched_at";

inline constexpr std::string_view insertMessage = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, received_at, import_id, bytes,
                          truncated, first_seen_at, updated_at, fetched_at)
    values ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11)
    on conflict (user_id, key) do nothing returning id)";

// A message that its source named before it was fetched, unless the same mail is here as another one.
inline constexpr std::string_view enterFetched = R"(
    update messages set state = 'queued', reason = '', attempts = 0, key = $3, subject = $4, sender = $5,
        received_at = coalesce($6, received_at), bytes = $7, truncated = $8, fetched_at = $9, updated_at = $9
    where id = $1 and user_id = $2 and state = 'seen'
        and not exists (select 1 from messages o where o.user_id = $2 and o.key = $3 and o.id <> $1)
    returning id)";

// One that is seen still then.
inline constexpr std::string_view skipRepeated = R"(
    update messages set state = 'skipped',
        reason = 'The same mail is here already, as message ' ||
                 (select o.id from messages o where o.user_id = $2 and o.key = $3) || '.',
        subject = $4, sender = $5, received_at = coalesce($6, received_at), updated_at = $7
    where id = $1 and user_id = $2 and state = 'seen')";

// Which message the mail is then; null: the user has none such.
inline constexpr std::string_view findEntered = R"(
    select coalesce((select id from messages where user_id = $2 and key = $3),
                    (select id from messages where id = $1 and user_id = $2)))";

inline constexpr std::string_view messageOwner = "select user_id from messages where id = $1";

inline constexpr std::string_view findMessageId = "select id from messages where user_id = $1 and key = $2";

inline constexpr std::string_view findMessageAtSource =
    "select id, received_at, first_seen_at from messages where user_id = $1 and source = $2 and source_id = $3 limit 1";

// A message that only a service has read. The same first parameters as insertMessage.
inline constexpr std::string_view markMessage = R"(
    insert into messages (user_id, key, state, source, source_id, subject, sender, bytes, truncated, first_seen_at,
                          updated_at)
    values ($1, $2, 'done', $3, $4, '', '', 0, $5, $6, $6)
    on conflict (user_id, key) do nothing returning id)";

inline constexpr std::string_view countFound = "update messages set found = found + $2, updated_at = $3 where id = $1";

inline constexpr std::string_view countMessages =
    "select state, count(*) from messages where user_id = $1 group by state";

// Only a message that waits can end: a second run finds nothing to do.
inline constexpr std::string_view endMessage = R"(
    update messages set
        state = $3, reason = $4, kind = $5, language = $6, profile = $7,
        subject = coalesce($8, subject), sender = coalesce($9, sender), received_at = coalesce($10, received_at),
        announced = $11, found = $12, about_title = $13, about_company = $14, analysis_us = $15,
        truncated = (truncated or $16), updated_at = $17
    where id = $1 and user_id = $2 and state = 'queued'
    returning import_id, source, source_id, received_at, first_seen_at)";

inline constexpr std::string_view buryMessage = R"(
    update messages set state = 'dead', reason = $2, attempts = $3, updated_at = $4
    where id = $1 and state = 'queued' returning import_id)";

inline constexpr std::string_view noteFailedAttempt =
    "update messages set reason = $2, attempts = $3, updated_at = $4 where id = $1 and state = 'queued'";

inline constexpr std::string_view reviveMessage = R"(
    update messages set state = 'queued', reason = '', attempts = 0, updated_at = $3
    where id = $1 and user_id = $2 and state = 'dead' and exists (select 1 from payloads where message_id = $1)
    returning import_id, bytes)";

// One that died before it was fetched, while its mailbox is there to fetch it from.
inline constexpr std::string_view reviveUnfetched = R"(
    update messages set state = 'seen', reason = '', attempts = 0, next_try_at = 0, updated_at = $3
    where id = $1 and user_id = $2 and state = 'dead' and fetched_at is null
        and exists (select 1 from mailboxes b where b.user_id = messages.user_id and b.source = messages.source)
    returning source)";

inline constexpr std::string_view wantMessage = R"(
    update messages set state = 'seen', reason = '', attempts = 0, next_try_at = 0, wanted = true, updated_at = $3
    where id = $1 and user_id = $2 and state = 'skipped' and fetched_at is null
        and exists (select 1 from mailboxes b where b.user_id = messages.user_id and b.source = messages.source))";

inline constexpr std::string_view deadMessagesOfUser =
    "select id from messages where user_id = $1 and state = 'dead' order by id";

}  // namespace nextjob::store::sql
