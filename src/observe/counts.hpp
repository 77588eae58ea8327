#pragma once

#include <string>

namespace nextjob::observe {

// What one part of the program counts. Shared by all threads.
class Counts {
  public:
    virtual ~Counts() = default;

    // In Prometheus' text form; its names are no other part's.
    virtual std::string text() = 0;
};

}  // namespace nextjob::observe
