#include "api/handlers/users/change_user.hpp"
#include "api/handlers/users/users.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"

namespace nextjob::api::users {

Task<Response> patch(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    wire::Problems problems;
    auto change = wire::readBody<AdministeredChange>(call.request.body, problems);
    if (!change) co_return refuse(problems);
    co_return co_await changeUser(&call.services, *id, std::move(*change));
}

}  // namespace nextjob::api::users
