#include "api/middleware/authenticate.hpp"

#include "api/reply.hpp"
#include "api/services.hpp"

namespace nextjob::api {

Task<std::optional<Response>> authenticate(Call call) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = call.request.headers["Authorization"];
    if (!equalIgnoringCase(header.substr(0, scheme.size()), scheme)) co_return unauthorized();
    const auto now = auth::AccessTokens::Clock::now();
    const auto claims = call.services.accessTokens.verify(header.substr(scheme.size()), now);
    if (!claims) co_return unauthorized();
    const auto account = co_await call.services.accounts.active(claims->user, claims->session);
    if (!account) co_return refuse(account.error());
    call.request.userId = claims->user;
    call.request.sessionId = claims->session;
    co_return std::nullopt;
}

}  // namespace nextjob::api
