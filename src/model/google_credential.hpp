#pragma once

#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
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
    std::string subject{};            // Google's own id of the account, which outlives its address; "": not known
    std::string clientId{};           // the client of ours that the tokens were given to; "": the server's own
    // Set by the store.
    std::int64_t version = 0;             // counts the row's changes
    std::optional<Timestamp> brokenAt{};  // since when the tokens do no more good
    std::string brokenReason{};           // and why, for the user
    Timestamp connectedAt{};
};

}  // namespace nextjob
