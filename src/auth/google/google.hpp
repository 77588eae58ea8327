#pragma once

#include "auth/google/google_connections.hpp"
#include "auth/google/google_keys.hpp"
#include "auth/google/google_oauth.hpp"
#include "auth/google/id_tokens.hpp"
#include "auth/google/push_tokens.hpp"

namespace nextjob::auth {

// All that we do with Google's sign-in, in one piece. Shared by all threads; what it is made of outlives it.
struct Google {
    Google(net::HttpClient& http, const GoogleOptions& options, store::GoogleCredentials& credentials, TokenSeal seal,
           std::shared_ptr<spdlog::logger> log)
        : keys(http, options.certsUrl),
          idTokens(options, keys),
          pushTokens(options.push, idTokens),
          oauth(http, options),
          connections(credentials, oauth, std::move(seal), std::move(log)) {}

    GoogleKeys keys;
    IdTokens idTokens;
    PushTokens pushTokens;
    GoogleOAuth oauth;
    GoogleConnections connections;
};

}  // namespace nextjob::auth
