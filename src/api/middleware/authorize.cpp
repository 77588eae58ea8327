#include "api/middleware/authorize.hpp"

#include "api/front.hpp"
#include "api/middleware/authenticate.hpp"
#include "api/middleware/bearer.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/google.hpp"
#include "auth/random_token.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <sodium.h>

namespace nextjob::api {

namespace {

std::optional<Response> authorizeService(Call call, const Route& route) {
    const auto token = bearerToken(call.request.headers);
    if (!token) return unauthorized();
    auto claims = call.services.serviceTokens.verify(*token, auth::ServiceTokens::Clock::now());
    if (!claims) return unauthorized();
    if (!claims->may(route.right)) return refuse(403, "This service may not call this route.");
    call.request.service = std::move(claims->service);
    return {};
}

Task<std::optional<Response>> authorizeSuperuser(Call call) {
    if (auto refusal = co_await authenticate(call)) co_return refusal;
    const auto user = co_await call.services.store.users().find(call.request.userId);
    if (!user) co_return refuse(user.error());
    if (!user->isSuperuser) co_return refuse(403, "Forbidden");
    co_return std::nullopt;
}

// Why it is refused is for the log: who forges pushes need not know.
Task<std::optional<Response>> authorizePush(Call call) {
    auth::Google* google = call.services.google;
    if (google == nullptr || !google->pushTokens.open())
        co_return refuse(501, "Push is not set up on this server. Whoever runs it needs to set GOOGLE_PUSH_ACCOUNT.");
    const auto token = bearerToken(call.request.headers);
    Result<void> proved = failure(ErrorCode::Unauthorized, "the push has no token");
    if (token) proved = co_await google->pushTokens.verify(std::string(*token), auth::IdTokens::Clock::now());
    if (proved) co_return std::nullopt;
    if (proved.error().code != ErrorCode::Unauthorized) co_return refuse(proved.error());
    call.front.metrics.countPush(observe::PushOutcome::Forged);
    call.request.reason = proved.error().message;
    co_return unauthorized();
}

std::optional<Response> authorizeOperator(FrontCall call) {
    const std::string& wanted = call.front.metricsToken;
    if (wanted.empty()) {
        // What a proxy on this machine passes on comes from elsewhere.
        const Headers& headers = call.request.headers;
        const bool passedOn = headers.count("X-Forwarded-For") + headers.count("Forwarded") != 0;
        if (call.request.client.starts_with("127.") && !passedOn) return {};
        return refuse(403, "Only this machine may ask, at 127.0.0.1. Set METRICS_TOKEN and send it as a bearer token.");
    }
    const auto token = bearerToken(call.request.headers);
    if (!token) return unauthorized();
    const std::string given = auth::tokenHash(*token);
    const std::string right = auth::tokenHash(wanted);
    if (sodium_memcmp(given.data(), right.data(), right.size()) != 0) return unauthorized();
    return {};
}

}  // namespace

Task<std::optional<Response>> authorize(FrontCall front, Services* services, const Route* route) {
    const auto call = [&] { return Call{front.front, *services, front.request}; };
    switch (route->access) {
        case Access::Public: break;
        case Access::User: co_return co_await authenticate(call());
        case Access::Superuser: co_return co_await authorizeSuperuser(call());
        case Access::Service: co_return authorizeService(call(), *route);
        case Access::Push: co_return co_await authorizePush(call());
        case Access::Operator: co_return authorizeOperator(front);
    }
    co_return std::nullopt;
}

}  // namespace nextjob::api
