#pragma once

#include "api/services.hpp"
#include "model/error.hpp"
#include "model/user.hpp"

#include <string_view>

// The mails with links that prove whose address it is.
namespace nextjob::api::auth_handlers {

// Asks the user to confirm the address.
Result<void> sendVerification(Services& services, const User& user);

// Lets the user choose a new password. `passwordHash` is the one that the link replaces.
Result<void> sendPasswordReset(Services& services, const User& user, std::string_view passwordHash);

// The user whom such a link names, with the password's hash. Nothing when the link is forged, too old, used, or the
// user is gone or barred; an error when the store can't tell.
Task<Result<std::optional<Credentials>>> userOfLink(Services& services, auth::LinkPurpose purpose, std::string token);

}  // namespace nextjob::api::auth_handlers
