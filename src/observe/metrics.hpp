#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nextjob::observe {

// What became of a push that says that a mailbox has changed.
enum class PushOutcome : std::uint8_t {
    Taken,
    Unknown,    // well signed, of a mailbox that nobody here has connected
    Forged,     // not signed as it should be
    Malformed,  // well signed, and no notice
};

// What the server holds at a moment, for the gauges. Negative: not known here.
struct Figures {
    std::int64_t queueReady = -1, queueClaimed = -1, queueDelayed = -1, queueDead = -1, queueBytes = -1;
    double queueLagSeconds = -1;
    std::int64_t users = -1, offers = -1;
    std::int64_t messagesQueued = -1, messagesDone = -1, messagesSkipped = -1, messagesDead = -1;
    std::int64_t databaseConnections = -1, databaseWaiting = -1;
};

// The server's counts, in Prometheus' text form. Nothing in them tells of a user: routes are patterns, never paths.
// Shared by all threads.
class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // A request that was answered; the pattern of its route is "" when it had none. Method and pattern are names of the
    // program, which stay where they are.
    void countRequest(std::string_view method, std::string_view route, int status, std::chrono::nanoseconds duration);

    void countPush(PushOutcome outcome);

    std::string text(const Figures& figures);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::observe
