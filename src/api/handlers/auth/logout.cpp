#include "api/handlers/auth/auth.hpp"
#include "api/middleware/authenticate.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct LogoutBody {
    std::optional<wire::Text<1, 512>> refresh;
};
BOOST_DESCRIBE_STRUCT(LogoutBody, (), (refresh))

}  // namespace

// Ends the session of the refresh token in the body, or, without one, that of the access token: a client whose access
// token has run out can still sign out.
Task<Response> logout(Call call) {
    wire::Problems problems;
    LogoutBody body;
    if (!call.request.body.empty()) {
        auto read = wire::readBody<LogoutBody>(call.request.body, problems);
        if (!read) co_return refuse(problems);
        body = std::move(*read);
    }
    if (body.refresh) {
        const auto ended = co_await call.services.refreshTokens.end(std::move(body.refresh->value));
        if (!ended) co_return refuse(ended.error());
        call.services.accounts.forget(*ended);
        co_return noContent();
    }
    if (auto refusal = co_await authenticate(call)) co_return std::move(*refusal);
    const auto ended = co_await call.services.store.sessions().end(call.request.userId, call.request.sessionId);
    call.services.accounts.forget(call.request.userId);
    if (!ended && ended.error().code != ErrorCode::NotFound) co_return refuse(ended.error());
    co_return noContent();
}

}  // namespace nextjob::api::auth_handlers
