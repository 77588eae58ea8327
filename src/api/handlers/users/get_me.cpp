#include "api/handlers/users/user_view.hpp"
#include "api/handlers/users/users.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

Task<Response> getMe(Call call) {
    const auto user = co_await call.services.store.users().find(call.request.userId);
    co_return user ? ok(view(*user)) : refuse(user.error());
}

}  // namespace nextjob::api::users
