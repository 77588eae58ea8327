#pragma once

#include "api/handlers/skills/skill_view.hpp"
#include "api/http.hpp"
#include "api/route.hpp"
#include "model/error.hpp"

#include <string>
#include <vector>

namespace nextjob::api {

// {"user_id", "skills": [{"id", "name"}]}.
Response userSkillsReply(int status, UserId user, const std::vector<Skill>& skills);

// The skills that a body names by id ("skill_id", "skill_ids") or by name ("name", "names"), all of which must be in
// the catalogue; otherwise the refusal that says which is not.
Task<std::expected<std::vector<SkillId>, Response>> namedSkills(Call call);

// What a change of a user's skills answers; has the offers judged anew.
Response changed(Call call, int status, const Result<std::vector<Skill>>& skills);

}  // namespace nextjob::api
