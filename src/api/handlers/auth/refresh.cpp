#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/token_pair.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct RefreshBody {
    json::Text<1, 512> refresh;
};
BOOST_DESCRIBE_STRUCT(RefreshBody, (), (refresh))

}  // namespace

Task<Response> refresh(Call call) {
    Problems problems;
    auto body = json::readBody<RefreshBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto grant = co_await call.services.refreshTokens.exchange(std::move(body->refresh.value), currentTime());
    if (!grant) co_return refuse(grant.error());
    const auto user = co_await call.services.accounts.active(grant->session.user, grant->session.id);
    if (!user) co_return refuse(user.error());
    co_return tokenPair(call.services, *grant, *user);
}

}  // namespace nextjob::api::auth_handlers
