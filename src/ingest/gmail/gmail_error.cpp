#include "ingest/gmail/gmail_client.hpp"
#include "ingest/gmail/gmail_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nextjob::ingest {

namespace {

using namespace std::string_view_literals;

constexpr std::array limits{"rateLimitExceeded"sv,  "userRateLimitExceeded"sv,           "quotaExceeded"sv,
                            "dailyLimitExceeded"sv, "concurrentRequestsLimitExceeded"sv, "RESOURCE_EXHAUSTED"sv};
constexpr std::array permissions{"insufficientPermissions"sv, "authError"sv, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"sv};

// When the reply does not say; a day's quota is a matter of longer.
constexpr std::chrono::seconds usualWait{30};
constexpr std::chrono::minutes dailyWait{60};

GmailFault faultOf(int status, std::string_view reason, GmailFault missing) {
    const auto isOne = [reason](const auto& of) { return std::ranges::find(of, reason) != of.end(); };
    switch (status) {
        case 401: return GmailFault::AuthBroken;
        case 403:
            if (isOne(limits)) return GmailFault::RateLimited;
            return isOne(permissions) ? GmailFault::AuthBroken : GmailFault::Permanent;
        case 404:
        case 410: return missing;
        case 408: return GmailFault::Temporary;
        case 429: return GmailFault::RateLimited;
        default: return status >= 500 ? GmailFault::Temporary : GmailFault::Permanent;
    }
}

}  // namespace

GmailError gmailErrorOf(int status, std::string_view body, std::optional<std::chrono::milliseconds> retryAfter,
                        GmailFault missing, Timestamp now) {
    const std::string reason = readReason(body);
    GmailError error{faultOf(status, reason, missing), reason.empty()
                                                           ? fmt::format("Gmail answered {}", status)
                                                           : fmt::format("Gmail answered {} ({})", status, reason)};
    if (error.fault != GmailFault::RateLimited) return error;
    const std::chrono::milliseconds usual = reason == "dailyLimitExceeded" ? dailyWait : usualWait;
    error.until = now + retryAfter.value_or(usual);
    return error;
}

}  // namespace nextjob::ingest
