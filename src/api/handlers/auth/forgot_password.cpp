#include "api/handlers/auth/asked_letter.hpp"
#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/letters.hpp"

namespace nextjob::api::auth_handlers {

Task<Response> forgotPassword(Call call) {
    return sendIfKnown(call, [](Services& services, const Credentials& known) {
        return sendPasswordReset(services, known.user, known.passwordHash);
    });
}

}  // namespace nextjob::api::auth_handlers
