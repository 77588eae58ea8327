#include "api/handlers/users/user_export.hpp"
#include "api/handlers/users/users.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

Task<Response> exportMe(Call call) {
    const auto user = co_await call.services.store.users().find(call.request.userId);
    if (!user) co_return refuse(user.error());
    Response response;
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"nextjob-export.json\"");
    response.stream = userExport(call.services.store, *user, call.request.sessionId);
    co_return response;
}

}  // namespace nextjob::api::users
