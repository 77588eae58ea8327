#include "api/middleware/authenticate.hpp"

#include "api/middleware/bearer.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"

namespace nextjob::api {

Task<std::optional<Response>> authenticate(Call call) {
    const auto token = bearerToken(call.request.headers);
    if (!token) co_return unauthorized();
    const auto now = auth::AccessTokens::Clock::now();
    const auto claims = call.services.accessTokens.verify(*token, now);
    if (!claims) co_return unauthorized();
    const auto account = co_await call.services.accounts.active(claims->user, claims->session);
    if (!account) co_return refuse(account.error());
    call.request.userId = claims->user;
    call.request.sessionId = claims->session;
    co_return std::nullopt;
}

}  // namespace nextjob::api
