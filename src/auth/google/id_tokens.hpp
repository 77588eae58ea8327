#pragma once

#include "auth/claims.hpp"
#include "auth/google/google_keys.hpp"
#include "auth/google/google_options.hpp"
#include "model/task.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::auth {

// Who someone is to Google, proved.
struct GoogleIdentity {
    std::string subject;  // Google's id of the account
    std::string email;    // which Google has confirmed
    std::string name;
    // Whether Google itself gives out the address, so that nobody else can have it: @gmail.com, or a domain that it
    // hosts.
    bool owned = false;
};

// Verifies the tokens that Google signs (OpenID Connect Core, 3.1.3.7). Shared by all threads; outlives its calls.
class IdTokens {
  public:
    using Clock = std::chrono::system_clock;

    IdTokens(GoogleOptions options, GoogleKeys& keys) : options_(std::move(options)), keys_(keys) {}

    // What a token says that Google signed for one of these audiences and that is in force. Unauthorized says what is
    // wrong with it; Unavailable when Google's keys can't be had.
    Task<Result<TokenClaims>> claims(std::string token, std::vector<std::string> audiences, Clock::time_point now);

    // The user of a sign-in with one of our clients. The nonce must be the one that the sign-in was begun with, or in
    // neither place. Errors as above.
    Task<Result<GoogleIdentity>> identity(std::string token, std::optional<std::string> nonce, Clock::time_point now);

  private:
    const GoogleOptions options_;
    GoogleKeys& keys_;
};

}  // namespace nextjob::auth
