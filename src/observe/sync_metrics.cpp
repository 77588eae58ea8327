#include "observe/sync_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace nextjob::observe {

namespace {

// Seconds.
const prometheus::Histogram::BucketBoundaries buckets{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800};

}  // namespace

struct SyncMetrics::Parts {
    prometheus::Registry registry;
    prometheus::Gauge& active = prometheus::BuildGauge()
                                    .Name("nextjob_sync_runs_active")
                                    .Help("Mailboxes that are being read now")
                                    .Register(registry)
                                    .Add({});
    prometheus::Histogram& lag = prometheus::BuildHistogram()
                                     .Name("nextjob_sync_lag_seconds")
                                     .Help("From when a mailbox was due to the begin of its run")
                                     .Register(registry)
                                     .Add({}, buckets);
    prometheus::Family<prometheus::Counter>& runs =
        counters("nextjob_sync_runs_total", "Runs over mailboxes, by how they ended");
    prometheus::Family<prometheus::Counter>& messages =
        counters("nextjob_sync_messages_total", "Messages of mailboxes, by what became of them");
    prometheus::Family<prometheus::Counter>& calls =
        counters("nextjob_sync_calls_total", "Calls to the servers of mailboxes, by kind and outcome");

    prometheus::Family<prometheus::Counter>& counters(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
};

SyncMetrics::SyncMetrics() : parts_(std::make_unique<Parts>()) {}

SyncMetrics::~SyncMetrics() = default;

void SyncMetrics::runBegan(std::chrono::milliseconds late) {
    parts_->active.Increment();
    parts_->lag.Observe(std::chrono::duration<double>(late).count());
}

void SyncMetrics::runEnded(std::string_view source, std::string_view outcome) {
    parts_->active.Decrement();
    parts_->runs.Add({{"source", std::string(source)}, {"outcome", std::string(outcome)}}).Increment();
}

void SyncMetrics::countMessages(std::string_view source, std::string_view outcome, std::int64_t count) {
    if (count <= 0) return;
    parts_->messages.Add({{"source", std::string(source)}, {"outcome", std::string(outcome)}})
        .Increment(static_cast<double>(count));
}

void SyncMetrics::countCall(std::string_view source, std::string_view call, std::string_view outcome) {
    parts_->calls.Add({{"source", std::string(source)}, {"call", std::string(call)}, {"outcome", std::string(outcome)}})
        .Increment();
}

std::string SyncMetrics::text() { return prometheus::TextSerializer().Serialize(parts_->registry.Collect()); }

}  // namespace nextjob::observe
