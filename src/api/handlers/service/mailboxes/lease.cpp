#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"

namespace nextjob::api::service_mailboxes {

namespace {

wire::LeaseView viewOf(MailboxLease lease) {
    Mailbox& mailbox = lease.mailbox;
    wire::LeaseView view{.mailbox = lease.key.mailbox,
                         .fence = lease.key.fence,
                         .userId = mailbox.user,
                         .source = std::move(mailbox.source),
                         .settings = std::move(mailbox.settings),
                         .cursor = std::move(mailbox.cursor),
                         .progress = std::move(mailbox.progress),
                         .dueMs = mailbox.due.time_since_epoch().count(),
                         .askedMs = {},
                         .idleRuns = mailbox.idleRuns,
                         .rules = {}};
    if (mailbox.asked) view.askedMs = mailbox.asked->time_since_epoch().count();
    for (SenderRule& rule : lease.rules) view.rules.push_back({.sender = std::move(rule.sender), .read = rule.read});
    return view;
}

}  // namespace

// A lease whose answer is lost ends by itself, soon.
Task<Response> lease(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<wire::LeaseCall>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    std::vector<std::string> sources;
    for (auto& source : body->sources.items) sources.push_back(std::move(source.value));
    auto backend = backendOf(call.services, std::move(body->worker.value));
    auto leases = co_await backend.lease(std::move(sources), static_cast<int>(body->count.value),
                                         std::chrono::milliseconds(body->waitMs.value));
    if (!leases) co_return refuse(leases.error());
    wire::LeasesView view;
    for (MailboxLease& each : *leases) view.leases.push_back(viewOf(std::move(each)));
    co_return ok(view);
}

}  // namespace nextjob::api::service_mailboxes
