#pragma once

#include "api/route.hpp"
#include "auth/google/google.hpp"

#include <optional>
#include <string>

// What the two ways in with a Google account have in common.
namespace nextjob::api::auth_handlers {

// 501 when no Google client is set up here, 429 when this client tried too often.
std::optional<Response> googleRefused(Call call);

// 400 with the reason for what Google or its token says no to; 503 when Google can't be asked.
Response refuseGoogle(const Error& error);

// Proves who someone is and keeps what was granted. With a user's token in the request the account is connected to that
// user, and the reply is the connection; without, its user is signed in, and made if there is none, and the reply is
// the pair of tokens.
Task<Response> takeGoogleAccount(Call call, auth::GoogleIdentity identity, auth::GoogleGrant grant);

}  // namespace nextjob::api::auth_handlers
