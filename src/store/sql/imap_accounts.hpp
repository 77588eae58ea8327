#pragma once

#include <string_view>

namespace nextjob::store::sql {

// In the order that reading an ImapAccount expects.
inline constexpr std::string_view imapAccountColumns =
    "user_id, host, port, security, login, sealed, key_id, is_token, version, broken_at, broken_reason, created_at";

// Versions begin with the moment, so that those of an account that was removed do not come again.
inline constexpr std::string_view putImapAccount = R"(
    insert into imap_accounts
        (user_id, host, port, security, login, sealed, key_id, is_token, version, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9)
    on conflict (user_id) do update set host = excluded.host, port = excluded.port, security = excluded.security,
        login = excluded.login, sealed = excluded.sealed, key_id = excluded.key_id, is_token = excluded.is_token,
        version = imap_accounts.version + 1, broken_at = null, broken_reason = '',
        created_at = case when imap_accounts.host = excluded.host and imap_accounts.login = excluded.login
                               and imap_accounts.broken_at is null
                          then imap_accounts.created_at else excluded.created_at end,
        updated_at = excluded.updated_at)";

// Whether the user has another account than this now.
inline constexpr std::string_view otherImapAccount =
    "select 1 from imap_accounts where user_id = $1 and (host <> $2 or login <> $3)";

inline constexpr std::string_view resealImapAccount = R"(
    update imap_accounts set sealed = $3, key_id = $4, version = version + 1, updated_at = $5
    where user_id = $1 and version = $2)";

inline constexpr std::string_view breakImapAccount = R"(
    update imap_accounts set broken_at = $3, broken_reason = $4, version = version + 1, updated_at = $3
    where user_id = $1 and version = $2)";

inline constexpr std::string_view removeImapAccount = "delete from imap_accounts where user_id = $1";

}  // namespace nextjob::store::sql
