#include "observe/analysis_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace nextjob::observe {

namespace {

// Seconds; most mails take about a millisecond.
const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5};

}  // namespace

struct AnalysisMetrics::Parts {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& messages = prometheus::BuildCounter()
                                                            .Name("nextjob_analysed_messages_total")
                                                            .Help("Messages analysed and stored, by kind")
                                                            .Register(registry);
    prometheus::Counter& offers = counter("nextjob_analysed_offers_total", "Offers found in these messages");
    prometheus::Counter& failures =
        counter("nextjob_analysis_failures_total", "Messages that analysis or the store stumbled over");
    prometheus::Histogram& durations = prometheus::BuildHistogram()
                                           .Name("nextjob_analysis_duration_seconds")
                                           .Help("How long the analysis of a message takes")
                                           .Register(registry)
                                           .Add({}, buckets);

    prometheus::Counter& counter(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
    }
};

AnalysisMetrics::AnalysisMetrics() : parts_(std::make_unique<Parts>()) {}

AnalysisMetrics::~AnalysisMetrics() = default;

void AnalysisMetrics::countMessage(std::string_view kind, std::size_t offers, std::chrono::nanoseconds duration) {
    parts_->messages.Add({{"kind", std::string(kind)}}).Increment();
    parts_->offers.Increment(static_cast<double>(offers));
    parts_->durations.Observe(std::chrono::duration<double>(duration).count());
}

void AnalysisMetrics::countFailure() { parts_->failures.Increment(); }

std::string AnalysisMetrics::text() { return prometheus::TextSerializer().Serialize(parts_->registry.Collect()); }

}  // namespace nextjob::observe
