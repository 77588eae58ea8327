#include "api/handlers/user_skills/user_skills.hpp"
#include "api/handlers/user_skills/user_skills_view.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"

namespace nextjob::api::user_skills {

Task<Response> replace(Call call) {
    auto ids = co_await namedSkills(call);
    if (!ids) co_return std::move(ids.error());
    co_return changed(call, 200, co_await call.services.store.skills().set(call.request.userId, std::move(*ids)));
}

}  // namespace nextjob::api::user_skills
