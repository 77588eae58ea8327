#include "analyse/rescorer.hpp"
#include "api/handlers/user_skills/user_skills.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"

#include <algorithm>

namespace nextjob::api::user_skills {

Task<Response> remove(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    auto& skills = call.services.store.skills();
    const auto had = co_await skills.ofUser(call.request.userId);
    if (!had) co_return refuse(had.error());
    if (std::ranges::find(*had, *id, &Skill::id) == had->end()) co_return refuse(404, "Not Found");
    std::vector<SkillId> gone(1, *id);
    const auto left = co_await skills.remove(call.request.userId, std::move(gone));
    if (!left) co_return refuse(left.error());
    call.services.rescorer.wishesChanged(call.request.userId);
    co_return noContent();
}

}  // namespace nextjob::api::user_skills
