#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

namespace {

std::optional<FetchOutcome::End> endNamed(const std::string& name) {
    if (name == "skipped") return FetchOutcome::End::Skipped;
    if (name == "dead") return FetchOutcome::End::Dead;
    if (name == "try_later") return FetchOutcome::End::TryLater;
    return std::nullopt;
}

}  // namespace

Task<Response> end(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::EndCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    std::vector<FetchOutcome> outcomes;
    for (auto& each : body->outcomes.items) {
        const auto end = endNamed(each.end.value);
        if (!end) {
            problems.push_back({.loc = {std::string("body"), std::string("outcomes"),
                                        static_cast<std::int64_t>(outcomes.size()), std::string("end")},
                                .msg = "Give one of skipped, dead, try_later.",
                                .type = "literal_error"});
            co_return refuse(problems);
        }
        FetchOutcome outcome{.message = each.message.value,
                             .end = *end,
                             .reason = std::move(each.reason.value),
                             .nextTry = momentOf(each.nextTryMs),
                             .subject = std::move(each.subject.value),
                             .sender = std::move(each.sender.value)};
        if (each.receivedAtMs) outcome.receivedAt = momentOf(*each.receivedAtMs);
        outcomes.push_back(std::move(outcome));
    }
    auto backend = backendOf(call.services);
    const auto done = co_await backend.end(keyOf(body->lease), std::move(outcomes));
    co_return done ? noContent() : refuse(done.error());
}

}  // namespace nextjob::api::service_mailboxes
