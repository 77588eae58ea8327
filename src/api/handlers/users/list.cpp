#include "api/handlers/users/user_view.hpp"
#include "api/handlers/users/users.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    const auto search = query.text("search", 200);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.users().list(search.value_or(""), place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page, [](const User& user) { return view(user); }));
}

}  // namespace nextjob::api::users
