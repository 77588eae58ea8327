#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ChangeBody {
    json::Text<1, 4 * maximumPassword> currentPassword;
    Password newPassword;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (currentPassword, newPassword))

}  // namespace

// This session stays; the others end.
Task<Response> changePassword(Call call) {
    Problems problems;
    auto body = json::readBody<ChangeBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = co_await wrongPassword(call, std::move(body->currentPassword.value)))
        co_return std::move(*refusal);
    const auto set = co_await setPassword(call.services, call.request.userId, std::move(body->newPassword.value),
                                          call.request.sessionId);
    co_return set ? noContent() : refuse(set.error());
}

}  // namespace nextjob::api::auth_handlers
