#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ServiceLogin {
    json::Text<1, 100> serviceName;
    json::Text<1, 1024> serviceSecret;
};
BOOST_DESCRIBE_STRUCT(ServiceLogin, (), (serviceName, serviceSecret))

struct ServiceToken {
    std::string accessToken;
    std::string_view tokenType = "bearer";
};
BOOST_DESCRIBE_STRUCT(ServiceToken, (), (accessToken, tokenType))

}  // namespace

Task<Response> serviceToken(Call call) {
    Problems problems;
    const auto body = json::readBody<ServiceLogin>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    auto token = call.services.serviceTokens.issue(body->serviceName.value, body->serviceSecret.value,
                                                   auth::ServiceTokens::Clock::now());
    if (!token) co_return refuse(token.error());
    co_return ok(ServiceToken{.accessToken = std::move(*token)});
}

}  // namespace nextjob::api::auth_handlers
