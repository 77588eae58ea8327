#pragma once

#include "auth/jwt.hpp"
#include "model/error.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// What services may be let do. Each service gets only the rights that its work needs.
namespace service_right {
inline constexpr std::string_view ready = "ready";  // to ask whether the backend can work
inline constexpr std::string_view googleCredentials = "google-creds";
inline constexpr std::string_view ledger = "ledger";
inline constexpr std::string_view userSkills = "user-skills";
inline constexpr std::string_view jobOffers = "job-offers";
inline constexpr std::string_view queue = "queue";          // to work on what waits
inline constexpr std::string_view analysis = "analysis";    // to read what offers are scored by and keep what was found
inline constexpr std::string_view mailboxes = "mailboxes";  // to read connected mailboxes
inline constexpr std::string_view enter = "enter";          // to put mail into it
}  // namespace service_right

// What a service's token says.
struct ServiceClaims {
    std::string service;              // "gmail_service"
    std::vector<std::string> rights;  // of service_right

    bool may(std::string_view right) const;
};

// The short-lived tokens by which our own services call the API. Signed by other keys than users' tokens, so that
// neither passes for the other. Immutable; may be used from any thread.
class ServiceTokens {
  public:
    using Clock = std::chrono::system_clock;

    // Secrets by the services' names. A service that has no rights here gets no token.
    ServiceTokens(JwtKeys keys, std::map<std::string, std::string> secrets, std::chrono::minutes lifetime);

    // Unauthorized when the service is unknown or the secret is wrong, which take the same time and are told alike.
    Result<std::string> issue(std::string_view service, std::string_view secret, Clock::time_point now) const;

    // What a token in force says. Unauthorized when it is forged, expired or no service's.
    Result<ServiceClaims> verify(std::string_view token, Clock::time_point now) const;

  private:
    JwtKeys keys_;
    std::map<std::string, std::string, std::less<>> secretHashes_;
    std::chrono::seconds lifetime_;
};

}  // namespace nextjob::auth
