#pragma once

#include <string_view>

namespace nextjob::store::sql {

// Versions begin with the moment, so that those of an account that was removed do not come again.
inline constexpr std::string_view putGoogleCredential = R"(
    insert into google_credentials
        (user_id, email, sealed, key_id, token_expiry, subject, client_id, version, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)
    on conflict (user_id) do update set email = excluded.email, sealed = excluded.sealed, key_id = excluded.key_id,
        token_expiry = excluded.token_expiry, subject = excluded.subject, client_id = excluded.client_id,
        version = google_credentials.version + 1, broken_at = null, broken_reason = '',
        created_at = case when google_credentials.subject = excluded.subject and google_credentials.broken_at is null
                          then google_credentials.created_at else excluded.created_at end,
        updated_at = excluded.updated_at)";

// Whether the user has another account than this now. What goes by no subject goes by its address.
inline constexpr std::string_view otherGoogleAccount = R"(
    select 1 from google_credentials
    where user_id = $1 and (subject <> $2 or (subject = '' and email <> $3)))";

inline constexpr std::string_view findGoogleCredential = R"(
    select user_id, email, sealed, key_id, token_expiry, subject, client_id, version, broken_at, broken_reason,
           created_at
    from google_credentials where user_id = $1)";

inline constexpr std::string_view findGoogleCredentialBySubject = R"(
    select user_id, email, sealed, key_id, token_expiry, subject, client_id, version, broken_at, broken_reason,
           created_at
    from google_credentials where subject = $1 and subject <> '')";

inline constexpr std::string_view renewGoogleCredential = R"(
    update google_credentials
    set sealed = $3, key_id = $4, token_expiry = $5, version = version + 1, updated_at = $6
    where user_id = $1 and version = $2)";

inline constexpr std::string_view breakGoogleCredential = R"(
    update google_credentials
    set broken_at = $3, broken_reason = $4, version = version + 1, updated_at = $3
    where user_id = $1 and version = $2)";

inline constexpr std::string_view removeGoogleCredential = "delete from google_credentials where user_id = $1";

inline constexpr std::string_view googleCredentialsAfter = R"(
    select g.user_id, g.email, g.sealed, g.key_id, g.token_expiry, g.subject, g.client_id, g.version, g.broken_at,
           g.broken_reason, g.created_at
    from google_credentials g join users u on u.id = g.user_id
    where g.user_id > $1 and u.is_active order by g.user_id limit $2)";

}  // namespace nextjob::store::sql
