#include "observe/backend_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace nextjob::observe {

struct BackendMetrics::Parts {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& calls = prometheus::BuildCounter()
                                                         .Name("nextjob_backend_calls_total")
                                                         .Help("Calls to the backend, by service and outcome")
                                                         .Register(registry);
};

BackendMetrics::BackendMetrics() : parts_(std::make_unique<Parts>()) {}

BackendMetrics::~BackendMetrics() = default;

void BackendMetrics::countCall(std::string_view service, std::string_view outcome) {
    parts_->calls.Add({{"service", std::string(service)}, {"outcome", std::string(outcome)}}).Increment();
}

std::string BackendMetrics::text() { return prometheus::TextSerializer().Serialize(parts_->registry.Collect()); }

}  // namespace nextjob::observe
