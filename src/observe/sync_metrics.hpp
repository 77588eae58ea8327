#pragma once

#include "observe/counts.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace nextjob::observe {

// What keeping mailboxes in step does. Nothing in its counts tells of a user.
class SyncMetrics final : public Counts {
  public:
    SyncMetrics();
    ~SyncMetrics() override;
    SyncMetrics(const SyncMetrics&) = delete;
    SyncMetrics& operator=(const SyncMetrics&) = delete;

    // A run began so long after it was due.
    void runBegan(std::chrono::milliseconds late);
    // And ended: "mail", "quiet", "more", "held", "limited", "broken", "failed", "stopped" or "lost".
    void runEnded(std::string_view source, std::string_view outcome);
    // Messages of a run: "seen", "queued", "duplicate", "skipped", "dead" or "retried".
    void countMessages(std::string_view source, std::string_view outcome, std::int64_t count);
    // A call to a source's server, by what it asks for ("history") and what came of it ("ok", "temporary").
    void countCall(std::string_view source, std::string_view call, std::string_view outcome);

    std::string text() override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::observe
