#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ServiceLogin {
    wire::Text<1, 100> serviceName;
    wire::Text<1, 1024> serviceSecret;
};
BOOST_DESCRIBE_STRUCT(ServiceLogin, (), (serviceName, serviceSecret))

struct ServiceToken {
    std::string accessToken;
    std::string_view tokenType = "bearer";
};
BOOST_DESCRIBE_STRUCT(ServiceToken, (), (accessToken, tokenType))

}  // namespace

Task<Response> serviceToken(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<ServiceLogin>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    auto token = call.services.serviceTokens.issue(body->serviceName.value, body->serviceSecret.value,
                                                   auth::ServiceTokens::Clock::now());
    if (!token) co_return refuse(token.error());
    co_return ok(ServiceToken{.accessToken = std::move(*token)});
}

}  // namespace nextjob::api::auth_handlers
