#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

#include <boost/json.hpp>

namespace nextjob::api::service_mailboxes {

bool isState(const std::string& text) {
    boost::json::error_code error;
    return text.empty() || (boost::json::parse(text, error).is_object() && !error);
}

Response wrongState(const char* field) {
    wire::Problems problems;
    problems.push_back({.loc = {std::string("body"), std::string(field)},
                        .msg = "Give the text of a JSON object, or an empty one.",
                        .type = "value_error"});
    return refuse(problems);
}

Task<Response> finish(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::FinishCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (!isState(body->cursor.value)) co_return wrongState("cursor");
    if (!isState(body->progress.value)) co_return wrongState("progress");
    SyncEnd end{.cursor = std::move(body->cursor.value),
                .progress = std::move(body->progress.value),
                .due = momentOf(body->dueMs),
                .idleRuns = static_cast<int>(body->idleRuns.value)};
    auto backend = backendOf(call.services);
    const auto done = co_await backend.finish(keyOf(body->lease), std::move(end));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_mailboxes
