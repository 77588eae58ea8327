#include "store/sessions.hpp"

#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/session_view.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

namespace nextjob::api::auth_handlers {

Task<Response> listSessions(Call call) {
    const auto sessions = co_await call.services.store.sessions().list(call.request.userId);
    if (!sessions) co_return refuse(sessions.error());
    std::vector<SessionView> views;
    for (const Session& session : *sessions) views.push_back(view(session, call.request.sessionId));
    co_return ok(views);
}

Task<Response> endSession(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto ended = co_await call.services.store.sessions().end(call.request.userId, *id);
    call.services.accounts.forget(call.request.userId);
    co_return ended ? noContent() : refuse(ended.error());
}

// This one stays.
Task<Response> endOtherSessions(Call call) {
    const auto ended = co_await call.services.store.sessions().endAll(call.request.userId, call.request.sessionId);
    call.services.accounts.forget(call.request.userId);
    co_return ended ? noContent() : refuse(ended.error());
}

}  // namespace nextjob::api::auth_handlers
