#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/handlers/users/user_view.hpp"
#include "api/reply.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct VerifyBody {
    wire::Text<1, 2048> token;
};
BOOST_DESCRIBE_STRUCT(VerifyBody, (), (token))

}  // namespace

Task<Response> verify(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<VerifyBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto user = co_await verifyEmail(call.services, std::move(body->token.value));
    if (!user) co_return refuse(user.error());
    if (!*user) co_return refuse(400, "VERIFY_USER_BAD_TOKEN");
    co_return ok(view(**user));
}

}  // namespace nextjob::api::auth_handlers
