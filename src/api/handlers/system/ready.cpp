#include "api/front.hpp"
#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"

#include <vector>

namespace nextjob::api::system_handlers {

namespace {

struct Readiness {
    std::string_view status;
    std::vector<std::string> missing;  // what keeps the server from its work, in plain English
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (status, missing))

}  // namespace

Task<Response> ready(FrontCall call) {
    Readiness readiness{.status = "ready", .missing = {}};
    if (call.front.draining) readiness.missing.emplace_back("The server is shutting down.");
    for (const Need& need : call.front.vitals.needs) {
        const auto answered = co_await need.answers();
        if (answered) continue;
        readiness.missing.push_back(need.missing);
        call.request.reason += (call.request.reason.empty() ? "" : "; ") + answered.error().message;
    }
    if (readiness.missing.empty()) co_return ok(readiness);
    readiness.status = "not ready";
    co_return reply(503, readiness);
}

}  // namespace nextjob::api::system_handlers
