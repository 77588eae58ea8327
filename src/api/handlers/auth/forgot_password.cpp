#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/letters.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct ForgotBody {
    json::Email email;
};
BOOST_DESCRIBE_STRUCT(ForgotBody, (), (email))

}  // namespace

// The same reply whether there is such a user or not.
Task<Response> forgotPassword(Call call) {
    Services& services = call.services;
    Problems problems;
    const auto body = json::readBody<ForgotBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = letterRefused(call, body->email.value)) co_return std::move(*refusal);
    const auto known = co_await services.store.users().credentials(body->email.value);
    if (!known && known.error().code != ErrorCode::NotFound) co_return refuse(known.error());
    if (known && known->user.isActive) {
        const auto sent = sendPasswordReset(services, known->user, known->passwordHash);
        if (!sent) co_return refuse(sent.error());
    }
    co_return accepted();
}

}  // namespace nextjob::api::auth_handlers
