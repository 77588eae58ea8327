#include "api/handlers/users/user_view.hpp"
#include "api/handlers/users/users.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

Task<Response> get(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto user = co_await call.services.store.users().find(*id);
    co_return user ? ok(view(*user)) : refuse(user.error());
}

}  // namespace nextjob::api::users
