#include "auth/service_tokens.hpp"

#include "auth/random_token.hpp"

#include <boost/json.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

namespace nextjob::auth {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view serviceScope = "service";

constexpr std::array gmailRights{service_right::ready, service_right::googleCredentials, service_right::ledger,
                                 service_right::enter, service_right::mailboxes};
constexpr std::array digestRights{service_right::ready, service_right::userSkills, service_right::jobOffers,
                                  service_right::queue, service_right::analysis};

std::span<const std::string_view> rightsOf(std::string_view service) {
    if (service == "gmail_service"sv) return gmailRights;
    if (service == "digest_generator"sv) return digestRights;
    return {};
}

std::int64_t seconds(ServiceTokens::Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string textOf(const boost::json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

bool ServiceClaims::may(std::string_view right) const { return std::ranges::find(rights, right) != rights.end(); }

ServiceTokens::ServiceTokens(JwtKeys keys, std::map<std::string, std::string> secrets, std::chrono::minutes lifetime)
    : keys_(std::move(keys)), lifetime_(lifetime) {
    for (const auto& [service, secret] : secrets) secretHashes_.emplace(service, tokenHash(secret));
}

Result<std::string> ServiceTokens::issue(std::string_view service, std::string_view secret,
                                         Clock::time_point now) const {
    // Hashes have one length, whatever was sent, and an unknown service is compared with one that nothing matches.
    const auto known = secretHashes_.find(service);
    const std::string given = tokenHash(secret);
    const std::string wanted = known == secretHashes_.end() ? std::string(given.size(), '-') : known->second;
    const bool right = sodium_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
    const auto rights = rightsOf(service);
    if (!right || rights.empty()) return failure(ErrorCode::Unauthorized, "The service or its secret is wrong.");
    const boost::json::object claims{{"sub", service},
                                     {"scope", serviceScope},
                                     {"may", boost::json::array(rights.begin(), rights.end())},
                                     {"iat", seconds(now)},
                                     {"exp", seconds(now + lifetime_)},
                                     {"jti", randomToken(16)}};
    return keys_.sign(boost::json::serialize(claims));
}

Result<ServiceClaims> ServiceTokens::verify(std::string_view token, Clock::time_point now) const {
    const auto text = keys_.verify(token);
    if (!text) return std::unexpected(text.error());
    const auto refused = failure(ErrorCode::Unauthorized, "the token is not a service's token in force");
    boost::system::error_code error;
    const auto value = boost::json::parse(*text, error);
    if (error || !value.is_object()) return refused;
    const auto& claims = value.get_object();
    const auto* expiry = claims.if_contains("exp");
    const auto* rights = claims.if_contains("may");
    ServiceClaims said{.service = textOf(claims, "sub"), .rights = {}};
    if (textOf(claims, "scope") != serviceScope || said.service.empty() || expiry == nullptr || !expiry->is_int64()
        || expiry->get_int64() <= seconds(now) || rights == nullptr || !rights->is_array())
        return refused;
    for (const auto& right : rights->get_array())
        if (right.is_string()) said.rights.emplace_back(right.get_string());
    return said;
}

}  // namespace nextjob::auth
