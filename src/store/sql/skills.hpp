#pragma once

#include <string_view>

namespace nextjob::store::sql {

inline constexpr std::string_view insertSkill =
    "insert into skills (name, name_key) values ($1, $2) on conflict (name_key) do nothing";

inline constexpr std::string_view findSkill = "select id, name from skills where id = $1";

inline constexpr std::string_view findSkillByKey = "select id, name from skills where name_key = $1";

inline constexpr std::string_view skillsOfUser = R"(
    select s.id, s.name from user_skills u join skills s on s.id = u.skill_id
    where u.user_id = $1 order by s.name_key)";

inline constexpr std::string_view clearUserSkills = "delete from user_skills where user_id = $1";

inline constexpr std::string_view addUserSkill =
    "insert into user_skills (user_id, skill_id) values ($1, $2) on conflict do nothing";

inline constexpr std::string_view removeUserSkill = "delete from user_skills where user_id = $1 and skill_id = $2";

inline constexpr std::string_view findPreferences = R"(
    select p.body, p.updated_at, u.profile_version
    from users u left join preferences p on p.user_id = u.id where u.id = $1)";

// Makes the user's scores stale.
inline constexpr std::string_view countProfileChange =
    "update users set profile_version = profile_version + 1 where id = $1";
inline constexpr std::string_view countProfileChangeFrom =
    "update users set profile_version = profile_version + 1 where id = $1 and profile_version = $2";

inline constexpr std::string_view setPreferences = R"(
    insert into preferences (user_id, body, updated_at) values ($1, $2, $3)
    on conflict (user_id) do update set body = excluded.body, updated_at = excluded.updated_at)";

}  // namespace nextjob::store::sql
