#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/reply.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ResetBody {
    wire::Text<1, 2048> token;
    Password password;
};
BOOST_DESCRIBE_STRUCT(ResetBody, (), (token, password))

}  // namespace

Task<Response> resetPassword(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<ResetBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    const auto set =
        co_await resetPassword(call.services, std::move(body->token.value), std::move(body->password.value));
    if (!set) co_return refusePassword(set.error(), "password");
    co_return *set ? noContent() : refuse(400, "RESET_PASSWORD_BAD_TOKEN");
}

}  // namespace nextjob::api::auth_handlers
