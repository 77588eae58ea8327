#include "api/handlers/user_skills/user_skills.hpp"
#include "api/handlers/user_skills/user_skills_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"

namespace nextjob::api::user_skills {

Task<Response> list(Call call) {
    const auto skills = co_await call.services.store.skills().ofUser(call.request.userId);
    co_return skills ? userSkillsReply(200, call.request.userId, *skills) : refuse(skills.error());
}

}  // namespace nextjob::api::user_skills
