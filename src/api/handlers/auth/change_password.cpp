#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/reply.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ChangeBody {
    wire::Text<1, 4 * maximumPassword> currentPassword;
    Password newPassword;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (currentPassword, newPassword))

}  // namespace

// This session stays; the others end.
Task<Response> changePassword(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<ChangeBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    auto proved = co_await provePassword(call, std::move(body->currentPassword.value));
    if (!proved) co_return std::move(proved.error());
    const auto set = co_await replacePassword(call.services, std::move(*proved), std::move(body->newPassword.value),
                                              call.request.sessionId);
    if (set) co_return noContent();
    if (set.error().code == ErrorCode::Conflict) co_return changedMeanwhile();
    co_return refusePassword(set.error(), "new_password");
}

}  // namespace nextjob::api::auth_handlers
