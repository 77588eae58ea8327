#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace nextjob::app {

// How far a long piece of work is.
struct ProgressState {
    double share = 0;  // of the work, 0 to 1
    std::int64_t mails = 0;
    std::int64_t offers = 0;
};

// One line on standard error that is written over again, only where that is a terminal. Used from one thread.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // Whether `show` would show anything now: there is a terminal, and the last time is a tenth of a second ago.
    bool isDue() const;

    // Shows the state when it is due.
    void show(const ProgressState& state);

    // Takes the line away, before other output.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;
    const bool visible_;
    bool shown_ = false;
    const Clock::time_point start_ = Clock::now();
    Clock::time_point last_{};
};

// The line: "42 %  4,200 mails  1,050/s  9,871 offers  about 6 s left".
std::string progressText(const ProgressState& state, std::chrono::duration<double> elapsed);

// A duration as a person says it: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string durationText(std::chrono::duration<double> duration);

// 1234567 as "1,234,567".
std::string countText(std::int64_t count);

}  // namespace nextjob::app
