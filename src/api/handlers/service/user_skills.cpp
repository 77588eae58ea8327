#include "api/handlers/service/service.hpp"
#include "api/handlers/user_skills/user_skills_view.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::service {

Task<Response> userSkills(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto user = co_await call.services.store.users().find(*id);
    if (!user) co_return refuse(user.error());
    const auto skills = co_await call.services.store.skills().ofUser(*id);
    co_return skills ? userSkillsReply(200, *id, *skills) : refuse(skills.error());
}

}  // namespace nextjob::api::service
