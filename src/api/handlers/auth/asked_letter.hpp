#pragma once

#include "api/route.hpp"
#include "model/error.hpp"
#include "model/user.hpp"

namespace nextjob::api::auth_handlers {

// Answers a stranger who names an address, {"email"}: `send` is called when an active user has it. The reply is the
// same whether there is one or not.
Task<Response> sendIfKnown(Call call, Result<void> (*send)(Services& services, const Credentials& known));

}  // namespace nextjob::api::auth_handlers
