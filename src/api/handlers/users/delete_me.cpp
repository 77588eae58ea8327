#include "api/handlers/users/erase_user.hpp"
#include "api/handlers/users/users.hpp"

namespace nextjob::api::users {

Task<Response> deleteMe(Call call) { return eraseUser(&call.services, call.request.userId); }

}  // namespace nextjob::api::users
