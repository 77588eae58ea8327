#pragma once

#include "api/services.hpp"
#include "model/error.hpp"
#include "model/user.hpp"

#include <string>

// What the links of our mails do, for the API and for the pages that they lead to.
namespace nextjob::api::auth_handlers {

// Confirms the address of a link. The user as it is then; nothing when the link is not good (any more).
Task<Result<std::optional<User>>> verifyEmail(Services& services, std::string token);

// Sets the password of a link's user and signs them out everywhere. Following the link has proved the address, too.
// False when the link is not good (any more);
// Invalid when the password is in common use.
Task<Result<bool>> resetPassword(Services& services, std::string token, std::string password);

// Replaces the password that was proved and ends every session but `kept`, which may be 0. Conflict: it is not the
// user's any more, so that of two changes at once, or a change and a link, the first counts. Invalid: the new one is in
// common use.
Task<Result<void>> replacePassword(Services& services, Credentials proved, std::string password, SessionId kept);

}  // namespace nextjob::api::auth_handlers
