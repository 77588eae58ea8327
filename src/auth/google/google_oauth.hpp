#pragma once

#include "auth/google/google_options.hpp"
#include "model/error.hpp"
#include "model/task.hpp"
#include "model/time.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::net {
class HttpClient;
struct HttpRequest;
}  // namespace nextjob::net

namespace nextjob::auth {

// What Google has granted: tokens that nobody but us may see.
struct GoogleGrant {
    std::string access;
    std::string refresh;   // "": none was given
    std::string idToken;   // of a code's exchange
    Timestamp expiry;      // of the access token
    std::string clientId;  // to which of our clients
    std::vector<std::string> scopes;
    std::string subject{};  // whose; of an access token that was looked at

    bool readsMail() const;
};

// Where to send a browser.
struct AuthorizationRequest {
    std::string redirectUri;
    std::string state;
    std::string nonce;
    std::string codeChallenge;
    std::string loginHint;  // an address, or ""
};

// What a browser came back with, and what its sign-in was begun with.
struct CodeExchange {
    std::string code;
    std::string codeVerifier;
    std::string redirectUri;
    std::string clientId;  // one of ours
};

// Google's OAuth 2 endpoints. Errors: Unauthorized when Google does not take what it was shown (a code that is used, a
// grant that was withdrawn), Unavailable when it did not answer or wants to be left alone, Invalid when it does not
// know our client id and secret. Stateless; may be used from any thread.
class GoogleOAuth {
  public:
    GoogleOAuth(net::HttpClient& http, GoogleOptions options) : http_(http), options_(std::move(options)) {}

    const GoogleOptions& options() const { return options_; }

    // Asks who the user is and for the Gmail scope, offline, and with consent anew, so that a refresh token comes.
    std::string authorizationUrl(const AuthorizationRequest& request) const;

    // A code is good for one try.
    Task<Result<GoogleGrant>> exchange(CodeExchange exchange) const;

    // A new access token. The refresh token stays the same unless the grant brings another.
    Task<Result<GoogleGrant>> refresh(std::string refreshToken, std::string clientId, std::stop_token stop = {}) const;

    // What an access token that someone else brings is: whose, to which client, with which scopes.
    Task<Result<GoogleGrant>> inspect(std::string accessToken) const;

    // Ends the grant of an access or refresh token; one that has ended already is no error.
    Task<Result<void>> revoke(std::string token) const;

  private:
    Task<Result<GoogleGrant>> tokenRequest(std::string form, std::string clientId, bool repeatable,
                                           std::stop_token stop = {}) const;

    net::HttpClient& http_;
    const GoogleOptions options_;
};

}  // namespace nextjob::auth
