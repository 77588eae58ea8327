#include "api/handlers/users/erase_user.hpp"
#include "api/handlers/users/users.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"

namespace nextjob::api::users {

Task<Response> remove(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    co_return co_await eraseUser(&call.services, *id);
}

}  // namespace nextjob::api::users
