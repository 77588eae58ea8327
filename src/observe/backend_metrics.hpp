#pragma once

#include "observe/counts.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace nextjob::observe {

// What a worker without a database asks of its backend.
class BackendMetrics final : public Counts {
  public:
    BackendMetrics();
    ~BackendMetrics() override;
    BackendMetrics(const BackendMetrics&) = delete;
    BackendMetrics& operator=(const BackendMetrics&) = delete;

    // A call, by the service that made it ("gmail_service") and what came of it: "ok", "refused" (what was sent is
    // wrong or no longer wanted) or "unavailable".
    void countCall(std::string_view service, std::string_view outcome);

    std::string text() override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::observe
