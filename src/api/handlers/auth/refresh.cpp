#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/token_pair.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct RefreshBody {
    wire::Text<1, 512> refresh;
};
BOOST_DESCRIBE_STRUCT(RefreshBody, (), (refresh))

}  // namespace

Task<Response> refresh(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<RefreshBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto exchange = co_await call.services.refreshTokens.exchange(std::move(body->refresh.value), currentTime());
    if (!exchange) co_return refuse(exchange.error());
    call.request.userId = exchange->user;
    if (!exchange->grant) {
        call.services.accounts.forget(exchange->user);  // with the session its access tokens end
        call.request.reason = "the refresh token was used before: its session has been ended";
        co_return unauthorized();
    }
    const auto user = co_await call.services.accounts.active(exchange->user, exchange->grant->session.id);
    if (!user) co_return refuse(user.error());
    co_return tokenPair(call.services, *exchange->grant, *user);
}

}  // namespace nextjob::api::auth_handlers
