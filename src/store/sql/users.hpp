#pragma once

#include <string_view>

// Read by both engines: parameters are $1, $2, …, and only what both dialects understand is said.
namespace nextjob::store::sql {

inline constexpr std::string_view userColumns =
    "id, id, email, full_name, is_active, is_verified, is_superuser, created_at";

inline constexpr std::string_view insertUser = R"(
    insert into users (email, email_key, password_hash, full_name, is_verified, is_superuser, created_at)
    values ($1, $2, $3, $4, $5, $6, $7) returning id)";

inline constexpr std::string_view findUser = R"(
    select id, id, email, full_name, is_active, is_verified, is_superuser, created_at, password_hash
    from users where id = $1)";

inline constexpr std::string_view findUserByEmail = R"(
    select id, id, email, full_name, is_active, is_verified, is_superuser, created_at, password_hash
    from users where email_key = $1)";

inline constexpr std::string_view emailOfUser = "select email from users where id = $1";

// Of the sessions that a condition on s.id picks and that live at $2.
inline constexpr std::string_view usersBySession = R"(
    select u.id, s.id, u.email, u.full_name, u.is_active, u.is_verified, u.is_superuser, u.created_at
    from sessions s join users u on u.id = s.user_id where s.ended_at is null and s.expires_at > $2 and s.id)";

inline constexpr std::string_view updateUser = R"(
    update users set
        email = coalesce($2, email), email_key = coalesce($3, email_key), password_hash = coalesce($4, password_hash),
        full_name = coalesce($5, full_name), is_active = coalesce($6, is_active),
        is_verified = coalesce($7, is_verified), is_superuser = coalesce($8, is_superuser)
    where id = $1 and email_key = coalesce($9, email_key) and password_hash = coalesce($10, password_hash))";

inline constexpr std::string_view deleteUser = "delete from users where id = $1";

inline constexpr std::string_view profileVersionOfUser = "select profile_version from users where id = $1";

inline constexpr std::string_view userExists = "select 1 from users where id = $1";

}  // namespace nextjob::store::sql
