#include "api/handlers/user_skills/user_skills.hpp"
#include "api/handlers/user_skills/user_skills_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"

namespace nextjob::api::user_skills {

Task<Response> clear(Call call) {
    co_return changed(call, 200, co_await call.services.store.skills().set(call.request.userId, {}));
}

}  // namespace nextjob::api::user_skills
