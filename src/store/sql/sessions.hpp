#pragma once

#include <string_view>

namespace nextjob::store::sql {

inline constexpr std::string_view insertSession = R"(
    insert into sessions (user_id, device, created_at, last_used_at, expires_at) values ($1, $2, $3, $3, $4)
    returning id)";

inline constexpr std::string_view insertSessionToken =
    "insert into session_tokens (token_hash, session_id) values ($1, $2)";

inline constexpr std::string_view findSessionByToken = R"(
    select s.id, s.user_id, s.device, s.created_at, s.last_used_at, s.expires_at, s.ended_at, t.used_at
    from session_tokens t join sessions s on s.id = t.session_id where t.token_hash = $1)";

inline constexpr std::string_view liveSessionsOfUser = R"(
    select id, user_id, device, created_at, last_used_at, expires_at
    from sessions where user_id = $1 and ended_at is null and expires_at > $2 order by last_used_at desc, id desc)";

inline constexpr std::string_view useSessionToken =
    "update session_tokens set used_at = $2 where token_hash = $1 and used_at is null";

inline constexpr std::string_view extendSession =
    "update sessions set last_used_at = $2, expires_at = $3 where id = $1";

inline constexpr std::string_view endSession = "update sessions set ended_at = $2 where id = $1 and ended_at is null";

inline constexpr std::string_view endSessionOfUser =
    "update sessions set ended_at = $3 where id = $1 and user_id = $2 and ended_at is null";

inline constexpr std::string_view endSessionsOfUser =
    "update sessions set ended_at = $2 where user_id = $1 and id <> $3 and ended_at is null";

inline constexpr std::string_view purgeSessions = "delete from sessions where expires_at < $1 or ended_at < $1";

}  // namespace nextjob::store::sql
