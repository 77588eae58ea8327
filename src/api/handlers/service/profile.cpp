#include "wire/profile.hpp"

#include "api/handlers/service/service.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/preferences.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::service {

// What an offer is scored by.
Task<Response> profile(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    store::Store& store = call.services.store;
    const auto user = co_await store.users().find(*id);
    if (!user) co_return refuse(user.error());
    // The version first: a change in between then makes a score stale rather than wrong for good.
    const auto preferences = co_await store.preferences().ofUser(*id);
    if (!preferences) co_return refuse(preferences.error());
    const auto skills = co_await store.skills().ofUser(*id);
    if (!skills) co_return refuse(skills.error());
    wire::ProfileView view{.userId = *id,
                           .email = user->email,
                           .skills = {},
                           .preferences = preferences->json,
                           .version = preferences->profile};
    for (const auto& skill : *skills) view.skills.push_back(skill.name);
    co_return ok(view);
}

}  // namespace nextjob::api::service
