#include "store/sessions.hpp"

#include "api/handlers/auth/auth.hpp"
#include "api/json/write.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "api/timestamp.hpp"
#include "store/store.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct SessionView {
    SessionId id = 0;
    std::string device;  // the User-Agent that signed in
    std::string createdAt;
    std::string lastUsedAt;
    std::string expiresAt;
    bool current = false;  // the one that asks
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (id, device, createdAt, lastUsedAt, expiresAt, current))

}  // namespace

Task<Response> listSessions(Call call) {
    const auto sessions = co_await call.services.store.sessions().list(call.request.userId);
    if (!sessions) co_return refuse(sessions.error());
    std::vector<SessionView> views;
    for (const Session& session : *sessions)
        views.push_back({.id = session.id,
                         .device = session.device,
                         .createdAt = timestamp(session.created),
                         .lastUsedAt = timestamp(session.lastUsed),
                         .expiresAt = timestamp(session.expires),
                         .current = session.id == call.request.sessionId});
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
