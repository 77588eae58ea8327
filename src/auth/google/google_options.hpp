#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// The one scope that is asked for beside who the user is: to read mail, and nothing else.
inline constexpr std::string_view gmailScope = "https://www.googleapis.com/auth/gmail.readonly";

// Who may tell us that a mailbox has changed: the service account that the operator's Pub/Sub subscription signs its
// deliveries as.
struct PushOptions {
    std::string account;   // its address; "": nobody
    std::string audience;  // what the subscription's tokens are made for
};

// What we are to Google, and where Google is.
struct GoogleOptions {
    std::string clientId;  // "": Google is not set up
    std::string clientSecret;
    std::vector<std::string> otherClientIds{};  // of our apps; they have no secret
    std::string accountsUrl = "https://accounts.google.com";
    std::string oauthUrl = "https://oauth2.googleapis.com";
    std::string certsUrl = "https://www.googleapis.com/oauth2/v3/certs";

    PushOptions push{};

    bool isClient(std::string_view id) const {
        return !id.empty() && (id == clientId || std::ranges::find(otherClientIds, id) != otherClientIds.end());
    }
};

}  // namespace nextjob::auth
