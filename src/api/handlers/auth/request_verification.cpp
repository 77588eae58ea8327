#include "api/handlers/auth/asked_letter.hpp"
#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/letters.hpp"

namespace nextjob::api::auth_handlers {

Task<Response> requestVerification(Call call) {
    return sendIfKnown(call, [](Services& services, const Credentials& known) -> Result<void> {
        if (known.user.isVerified) return {};
        return sendVerification(services, known.user);
    });
}

}  // namespace nextjob::api::auth_handlers
