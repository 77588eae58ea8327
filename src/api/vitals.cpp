#include "api/vitals.hpp"

#include "queue/queue.hpp"
#include "store/store.hpp"

namespace nextjob::api {

namespace {

void takeTotals(const store::Totals& totals, observe::Figures& figures) {
    figures.users = totals.users;
    figures.offers = totals.offers;
    figures.messagesQueued = totals.messages.queued;
    figures.messagesDone = totals.messages.done;
    figures.messagesSkipped = totals.messages.skipped;
    figures.messagesDead = totals.messages.dead;
}

Task<observe::Figures> figuresOf(store::Store* store, queue::Queue* queue) {
    observe::Figures figures = co_await api::figuresOf(queue);
    if (const auto totals = co_await store->totals()) takeTotals(*totals, figures);
    const auto connections = store->connections();
    figures.databaseConnections = connections.open;
    figures.databaseWaiting = connections.waiting;
    co_return figures;
}

}  // namespace

Task<observe::Figures> figuresOf(queue::Queue* queue) {
    observe::Figures figures;
    const auto depth = co_await queue->depth();
    if (!depth) co_return figures;
    figures.queueReady = depth->ready;
    figures.queueClaimed = depth->claimed;
    figures.queueDelayed = depth->delayed;
    figures.queueDead = depth->dead;
    figures.queueBytes = static_cast<std::int64_t>(depth->bytes);
    figures.queueLagSeconds = std::chrono::duration<double>(depth->lag).count();
    co_return figures;
}

Vitals vitalsOf(store::Store& store, queue::Queue& queue) {
    Vitals vitals;
    vitals.needs = {{"The database does not answer.", [&store] { return store.ping(); }},
                    {"The queue's Redis server does not answer.", [&queue] { return queue.ping(); }}};
    vitals.figures = [&store, &queue] { return figuresOf(&store, &queue); };
    return vitals;
}

}  // namespace nextjob::api
