#include "store/google_credentials.hpp"

#include "api/handlers/service/service.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/google.hpp"
#include "auth/google/renewals.hpp"
#include "store/store.hpp"
#include "wire/write.hpp"

#include <chrono>

namespace nextjob::api::service {

namespace {

constexpr int pageSize = 500;
constexpr std::chrono::seconds renewalTime{5};  // in all, however many tokens have run out

struct GoogleAccount {
    std::string accessToken;
    std::string refreshToken;
    UserId userId = 0;
};
BOOST_DESCRIBE_STRUCT(GoogleAccount, (), (accessToken, refreshToken, userId))

// A page of accounts, whose access tokens hold for some minutes yet as far as Google gave new ones within `time`.
Task<Result<std::vector<GoogleCredential>>> freshAfter(Services& services, UserId beyond,
                                                       std::chrono::milliseconds time) {
    auto some = co_await services.store.googleCredentials().after(beyond, pageSize);
    if (!some || services.google == nullptr || time.count() <= 0) co_return some;
    std::vector<UserId> due;
    for (const GoogleCredential& credential : *some)
        if (!credential.brokenAt && auth::GoogleConnections::runsOut(credential)) due.push_back(credential.user);
    if (due.empty()) co_return some;
    co_await auth::renewTokens(services.google->connections, std::move(due), {.time = time});
    co_return co_await services.store.googleCredentials().after(beyond, pageSize);
}

}  // namespace

// {email: {access_token, refresh_token, user_id}}. An account whose seal no key here opens is left out: its user has to
// connect it again, as has one whose connection is broken. What Google did not renew in time is given as it is.
Task<Response> googleCredentials(Call call) {
    const auto deadline = std::chrono::steady_clock::now() + renewalTime;
    std::string body = "{";
    UserId beyond = 0;
    while (true) {
        const auto left = deadline - std::chrono::steady_clock::now();
        const auto some =
            co_await freshAfter(call.services, beyond, std::chrono::floor<std::chrono::milliseconds>(left));
        if (!some) co_return refuse(some.error());
        if (some->empty()) break;
        for (const GoogleCredential& credential : *some) {
            beyond = credential.user;
            if (credential.brokenAt) continue;
            const auto tokens = call.services.tokenSeal.open(credential);
            if (!tokens) continue;
            if (body.size() > 1) body += ',';
            wire::append(body, std::string_view(credential.email));
            body += ':';
            wire::append(body, GoogleAccount{tokens->access, tokens->refresh, credential.user});
        }
    }
    co_return okJson(body + '}');
}

}  // namespace nextjob::api::service
