#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/handlers/users/user_view.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct VerifyBody {
    json::Text<1, 2048> token;
};
BOOST_DESCRIBE_STRUCT(VerifyBody, (), (token))

}  // namespace

Task<Response> verify(Call call) {
    Problems problems;
    auto body = json::readBody<VerifyBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto user = co_await verifyEmail(call.services, std::move(body->token.value));
    if (!user) co_return refuse(user.error());
    if (!*user) co_return refuse(400, "VERIFY_USER_BAD_TOKEN");
    co_return ok(view(**user));
}

}  // namespace nextjob::api::auth_handlers
