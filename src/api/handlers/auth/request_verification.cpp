#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/letters.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct RequestBody {
    json::Email email;
};
BOOST_DESCRIBE_STRUCT(RequestBody, (), (email))

}  // namespace

// The same reply whether there is such a user, verified or not.
Task<Response> requestVerification(Call call) {
    Services& services = call.services;
    Problems problems;
    const auto body = json::readBody<RequestBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = letterRefused(call, body->email.value)) co_return std::move(*refusal);
    const auto user = co_await services.store.users().findByEmail(body->email.value);
    if (!user && user.error().code != ErrorCode::NotFound) co_return refuse(user.error());
    if (user && user->isActive && !user->isVerified) {
        const auto sent = sendVerification(services, *user);
        if (!sent) co_return refuse(sent.error());
    }
    co_return accepted();
}

}  // namespace nextjob::api::auth_handlers
