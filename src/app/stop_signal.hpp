#pragma once

namespace nextjob::app {

// From its construction on, SIGINT and SIGTERM ask the process to stop in order instead of ending it; a second one
// ends it at once. One at a time in a process.
class StopSignal {
  public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    bool asked() const;

    // Blocks until it is asked. Must be called on the thread that made the object.
    void wait() const;
};

}  // namespace nextjob::app
