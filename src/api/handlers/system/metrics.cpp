#include "api/front.hpp"
#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"
#include "observe/counts.hpp"

namespace nextjob::api::system_handlers {

// What can't be had, because the database does not answer, is left out: the counts of requests are still told.
Task<Response> metrics(FrontCall call) {
    Front& front = call.front;
    observe::Figures figures;
    if (front.vitals.figures) figures = co_await front.vitals.figures();
    std::string text = front.metrics.text(figures);
    for (observe::Counts* counts : front.vitals.counts) text += counts->text();
    co_return Response{.status = 200,
                       .contentType = "text/plain; version=0.0.4; charset=utf-8",
                       .body = std::move(text),
                       .headers = {}};
}

}  // namespace nextjob::api::system_handlers
