#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/queue.hpp"
#include "store/store.hpp"

namespace nextjob::api::system_handlers {

namespace {

void takeQueue(const queue::Depth& depth, observe::Figures& figures) {
    figures.queueReady = depth.ready;
    figures.queueClaimed = depth.claimed;
    figures.queueDelayed = depth.delayed;
    figures.queueDead = depth.dead;
    figures.queueBytes = static_cast<std::int64_t>(depth.bytes);
    figures.queueLagSeconds = std::chrono::duration<double>(depth.lag).count();
}

void takeTotals(const store::Totals& totals, observe::Figures& figures) {
    figures.users = totals.users;
    figures.offers = totals.offers;
    figures.messagesQueued = totals.messages.queued;
    figures.messagesDone = totals.messages.done;
    figures.messagesSkipped = totals.messages.skipped;
    figures.messagesDead = totals.messages.dead;
}

}  // namespace

// What can't be had, because the database does not answer, is left out: the counts of requests are still told.
Task<Response> metrics(Call call) {
    Services& services = call.services;
    observe::Figures figures;
    if (const auto depth = co_await services.queue.depth()) takeQueue(*depth, figures);
    if (const auto totals = co_await services.store.totals()) takeTotals(*totals, figures);
    const auto connections = services.store.connections();
    figures.databaseConnections = connections.open;
    figures.databaseWaiting = connections.waiting;
    std::string text = services.metrics.text(figures);
    if (services.syncMetrics != nullptr) text += services.syncMetrics->text();
    co_return Response{.status = 200,
                       .contentType = "text/plain; version=0.0.4; charset=utf-8",
                       .body = std::move(text),
                       .headers = {}};
}

}  // namespace nextjob::api::system_handlers
