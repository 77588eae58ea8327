#pragma once

#include "auth/google/google_oauth.hpp"
#include "auth/google/id_tokens.hpp"
#include "auth/token_seal.hpp"
#include "model/single_flight.hpp"
#include "model/user.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <stop_token>
#include <string>

namespace nextjob::store {
class GoogleCredentials;
}

namespace nextjob::auth {

// The Google accounts that users have connected: their tokens are sealed before they are stored, renewed once for all
// who need them, and given up when Google does not take them any more. Shared by all threads; outlives its calls.
class GoogleConnections {
  public:
    GoogleConnections(store::GoogleCredentials& credentials, const GoogleOAuth& oauth, TokenSeal seal,
                      std::shared_ptr<spdlog::logger> log)
        : credentials_(credentials), oauth_(oauth), seal_(std::move(seal)), log_(std::move(log)) {}

    // Keeps a grant in the place of what the user had, which ends if it was another account's. A grant without a
    // refresh token keeps that of the same account. Conflict: the account is another user's; NotFound: no such user.
    Task<Result<void>> connect(UserId user, GoogleIdentity identity, GoogleGrant grant);

    // An access token that holds for some minutes yet, and is not `refused`, which the Gmail API has just turned down.
    // NotFound: nothing is connected; Unauthorized: the connection is broken, the message says what the user must do;
    // Unavailable: Google can't be asked, the seal's key is not here, or it is to stop: then others who ask for the
    // user at the same time may get no token either.
    Task<Result<std::string>> accessToken(UserId user, std::string refused, std::stop_token stop = {});

    // Whether `accessToken` would have to ask Google for another token.
    static bool runsOut(const GoogleCredential& credential);

    // Ends the grant at Google and erases the tokens, also when Google can't be reached. Whether Google said that it
    // has ended. NotFound.
    Task<Result<bool>> disconnect(UserId user);

    // Seals with the ring's first key what another one has sealed. How many there were; the first error stops it.
    Task<Result<int>> resealAll();

  private:
    // A connection that works, opened.
    struct Known {
        GoogleCredential credential;
        GoogleTokens tokens;
    };

    Task<Result<Known>> look(UserId user);
    Task<Result<std::string>> renewed(UserId user, std::string refused, std::stop_token stop);
    Task<Result<std::string>> giveUp(GoogleCredential credential, std::string reason);
    Task<bool> revoke(GoogleCredential credential);

    store::GoogleCredentials& credentials_;
    const GoogleOAuth& oauth_;
    const TokenSeal seal_;
    const std::shared_ptr<spdlog::logger> log_;
    SingleFlight<UserId, std::string> renewals_;
};

}  // namespace nextjob::auth
