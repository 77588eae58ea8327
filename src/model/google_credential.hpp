#pragma once

#include "model/time.hpp"
#include "model/user.hpp"

#include <optional>
#include <string>

namespace nextjob {

// What a user's Google account lets us read their mail with. The tokens are sealed by whoever made the row: nothing
// below ever sees them in the open.
struct GoogleCredential {
    UserId user = 0;
    std::string email;                // of the Google account
    std::string sealed;               // access and refresh token; any bytes
    std::string keyId;                // which key seals them
    std::optional<Timestamp> expiry;  // of the access token
};

}  // namespace nextjob
