#pragma once

#include "observe/counts.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace nextjob::observe {

// What analysis does in this process. Nothing in its counts tells of a user.
class AnalysisMetrics final : public Counts {
  public:
    AnalysisMetrics();
    ~AnalysisMetrics() override;
    AnalysisMetrics(const AnalysisMetrics&) = delete;
    AnalysisMetrics& operator=(const AnalysisMetrics&) = delete;

    // A message whose result is stored: its kind ("alert"; "none" when it could not be read), the offers in it, and how
    // long its analysis took.
    void countMessage(std::string_view kind, std::size_t offers, std::chrono::nanoseconds duration);
    // A message that could not be analysed or stored, this time.
    void countFailure();

    std::string text() override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::observe
