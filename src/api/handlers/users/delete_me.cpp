#include "api/handlers/users/users.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::users {

Task<Response> deleteMe(Call call) {
    const auto erased = co_await call.services.store.users().erase(call.request.userId);
    call.services.accounts.forget(call.request.userId);
    co_return erased ? noContent() : refuse(erased.error());
}

}  // namespace nextjob::api::users
