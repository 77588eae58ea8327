#include "observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>
#include <tuple>

namespace nextjob::observe {

namespace {

// Seconds; a page of offers takes under a millisecond, a password hash some tens.
const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,  0.5,    1,     2.5,  10};

}  // namespace

struct Metrics::Parts {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                            .Name("nextjob_http_requests_total")
                                                            .Help("Requests answered, by the route's pattern")
                                                            .Register(registry);
    prometheus::Family<prometheus::Histogram>& durations =
        prometheus::BuildHistogram()
            .Name("nextjob_http_request_duration_seconds")
            .Help("From a request's header to its reply, without sending it")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& queue =
        gauges("nextjob_queue_messages", "Messages that wait for analysis, and dead letters");
    prometheus::Family<prometheus::Gauge>& queueBytes =
        gauges("nextjob_queue_bytes", "Bytes of the messages that wait");
    prometheus::Family<prometheus::Gauge>& queueLag =
        gauges("nextjob_queue_lag_seconds", "How long the oldest message has waited");
    prometheus::Family<prometheus::Gauge>& users = gauges("nextjob_users", "Users with an account");
    prometheus::Family<prometheus::Gauge>& offers = gauges("nextjob_offers", "Job offers kept");
    prometheus::Family<prometheus::Gauge>& messages = gauges("nextjob_messages", "Messages of the ledger by state");
    prometheus::Family<prometheus::Gauge>& database =
        gauges("nextjob_database", "Connections to the database, and calls that wait for one");
    prometheus::Family<prometheus::Counter>& pushes = prometheus::BuildCounter()
                                                          .Name("nextjob_pushes_total")
                                                          .Help("Pushes from Google by what became of them")
                                                          .Register(registry);
    std::array<prometheus::Counter*, 4> pushesBy{
        &pushes.Add({{"outcome", "taken"}}), &pushes.Add({{"outcome", "unknown"}}),
        &pushes.Add({{"outcome", "forged"}}), &pushes.Add({{"outcome", "malformed"}})};  // as PushOutcome has them
    std::mutex scrape;  // gauges are set and read together

    // Where requests of one kind are counted; found without making label texts anew for each request.
    struct Kind {
        prometheus::Counter* requests = nullptr;
        prometheus::Histogram* durations = nullptr;
    };
    using KindKey = std::tuple<std::string_view, std::string_view, int>;  // method and route outlive the server
    std::mutex mutex;
    std::map<KindKey, Kind> kinds;  // guarded by mutex; as many as routes and statuses

    Kind kindOf(std::string_view method, std::string_view route, int status) {
        const std::scoped_lock lock(mutex);
        Kind& kind = kinds[{method, route, status}];
        if (kind.requests == nullptr) {
            const std::string pattern(route.empty() ? "none" : route);
            kind.requests = &requests.Add(
                {{"method", std::string(method)}, {"route", pattern}, {"status", std::to_string(status)}});
            kind.durations = &durations.Add({{"method", std::string(method)}, {"route", pattern}}, buckets);
        }
        return kind;
    }

    prometheus::Family<prometheus::Gauge>& gauges(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}

Metrics::~Metrics() = default;

void Metrics::countRequest(std::string_view method, std::string_view route, int status,
                           std::chrono::nanoseconds duration) {
    const auto kind = parts_->kindOf(method, route, status);
    kind.requests->Increment();
    kind.durations->Observe(std::chrono::duration<double>(duration).count());
}

void Metrics::countPush(PushOutcome outcome) { parts_->pushesBy.at(static_cast<std::size_t>(outcome))->Increment(); }

std::string Metrics::text(const Figures& figures) {
    const std::scoped_lock lock(parts_->scrape);
    const auto set = [](auto& family, const char* label, const char* value, auto figure) {
        if (figure >= 0) family.Add({{label, value}}).Set(static_cast<double>(figure));
    };
    const auto setOnly = [](auto& family, auto figure) {
        if (figure >= 0) family.Add({}).Set(static_cast<double>(figure));
    };
    set(parts_->queue, "state", "ready", figures.queueReady);
    set(parts_->queue, "state", "claimed", figures.queueClaimed);
    set(parts_->queue, "state", "delayed", figures.queueDelayed);
    set(parts_->queue, "state", "dead", figures.queueDead);
    setOnly(parts_->queueBytes, figures.queueBytes);
    setOnly(parts_->queueLag, figures.queueLagSeconds);
    setOnly(parts_->users, figures.users);
    setOnly(parts_->offers, figures.offers);
    set(parts_->messages, "state", "queued", figures.messagesQueued);
    set(parts_->messages, "state", "done", figures.messagesDone);
    set(parts_->messages, "state", "skipped", figures.messagesSkipped);
    set(parts_->messages, "state", "dead", figures.messagesDead);
    set(parts_->database, "what", "connections", figures.databaseConnections);
    set(parts_->database, "what", "waiting", figures.databaseWaiting);
    return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace nextjob::observe
