#include "api/handlers/skills/skill_view.hpp"
#include "api/handlers/skills/skills.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"

namespace nextjob::api::skills {

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    const auto search = query.text("search", 100);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.skills().catalogue(search.value_or(""), place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page, [](const Skill& skill) { return view(skill); }));
}

}  // namespace nextjob::api::skills
