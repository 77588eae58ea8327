#pragma once

#include <string_view>

namespace nextjob::store::sql {

inline constexpr std::string_view putGoogleCredential = R"(
    insert into google_credentials (user_id, email, sealed, key_id, token_expiry, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $6)
    on conflict (user_id) do update set email = excluded.email, sealed = excluded.sealed, key_id = excluded.key_id,
        token_expiry = excluded.token_expiry, updated_at = excluded.updated_at)";

inline constexpr std::string_view findGoogleCredential =
    "select user_id, email, sealed, key_id, token_expiry from google_credentials where user_id = $1";

inline constexpr std::string_view removeGoogleCredential = "delete from google_credentials where user_id = $1";

inline constexpr std::string_view googleCredentialsAfter = R"(
    select g.user_id, g.email, g.sealed, g.key_id, g.token_expiry
    from google_credentials g join users u on u.id = g.user_id
    where g.user_id > $1 and u.is_active order by g.user_id limit $2)";

}  // namespace nextjob::store::sql
