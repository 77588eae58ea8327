#include "store/google_credentials.hpp"

#include "api/handlers/service/service.hpp"
#include "api/json/write.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

namespace nextjob::api::service {

namespace {

constexpr int pageSize = 500;

struct GoogleAccount {
    std::string accessToken;
    std::string refreshToken;
    UserId userId = 0;
};
BOOST_DESCRIBE_STRUCT(GoogleAccount, (), (accessToken, refreshToken, userId))

}  // namespace

// {email: {access_token, refresh_token, user_id}}. An account whose seal no key here opens is left out: its user has to
// connect it again, as has one whose connection is broken.
Task<Response> googleCredentials(Call call) {
    std::string body = "{";
    UserId beyond = 0;
    while (true) {
        const auto some = co_await call.services.store.googleCredentials().after(beyond, pageSize);
        if (!some) co_return refuse(some.error());
        if (some->empty()) break;
        for (const GoogleCredential& credential : *some) {
            beyond = credential.user;
            if (credential.brokenAt) continue;
            const auto tokens = call.services.tokenSeal.open(credential);
            if (!tokens) continue;
            if (body.size() > 1) body += ',';
            json::append(body, std::string_view(credential.email));
            body += ':';
            json::append(body, GoogleAccount{tokens->access, tokens->refresh, credential.user});
        }
    }
    co_return okJson(body + '}');
}

}  // namespace nextjob::api::service
