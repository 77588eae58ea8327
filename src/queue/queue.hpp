#pragma once

#include "model/claim.hpp"
#include "model/error.hpp"
#include "model/import.hpp"
#include "model/raw_message.hpp"
#include "model/task.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::queue {

// What became of the messages that a source handed over.
struct Accepted {
    struct Item {
        MessageId message = 0;   // its row in the ledger
        bool duplicate = false;  // was in the ledger before
    };
    std::vector<Item> items;  // in the order given
    int fresh = 0;
    int duplicates = 0;
};

struct Depth {
    std::int64_t ready = 0;  // could be claimed now
    std::int64_t claimed = 0;
    std::int64_t delayed = 0;         // wait for their next try
    std::int64_t dead = 0;            // dead letters
    std::uint64_t bytes = 0;          // of the messages that wait or are claimed
    std::chrono::milliseconds lag{};  // how long the oldest that waits has waited

    std::int64_t waiting() const { return ready + claimed + delayed; }
};

struct Options {
    std::int64_t maximumDepth = 2000;               // accept waits while so many wait, half of one user …
    std::uint64_t maximumBytes = 64U << 20;         // … or so many bytes
    std::chrono::milliseconds acceptWait{600'000};  // how long accept waits for room
    std::chrono::milliseconds lease{300'000};       // after it a claim of a living worker is free again
    int maximumAttempts = 5;                        // failures after which a message is a dead letter
};

class LedgerQueue;

// The road from the sources to analysis: durable, at least once, bounded. A message is accepted into the
// ledger and the queue together, and leaves the queue when Offers::ingest has stored its offers; between the
// two it survives the death of any process. Shared by all threads; made by queue::open.
class Queue {
  public:
    virtual ~Queue() = default;

    // Puts messages that the user's ledger lacks into ledger and queue, all or none, and sets the import's
    // progress with them. A message that its source has seen before (RawMessage::seen) goes from there into the queue,
    // unless the same mail is here already: then it ends as skipped, and is a duplicate of that. Waits while the queue
    // is full, at most `patience` and Options::acceptWait; Unavailable when there is no room in time. At most 1000
    // messages a call. Invalid for a message without key, or one seen that the user has not; NotFound for an unknown
    // user or import.
    virtual Task<Result<Accepted>> accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress = {},
                                          std::optional<std::chrono::milliseconds> patience = {}) = 0;

    // Up to `count` messages for this process to work on, oldest first; waits up to `wait` for the first one,
    // and returns none when there is still none. Messages of a process that died are free at once, those held for
    // longer than their lease within a second; both count as a failed attempt at each, and the last one makes a dead
    // letter. A message that has failed before comes alone.
    virtual Task<Result<std::vector<Claim>>> claim(int count, std::chrono::milliseconds wait = {}) = 0;

    // The same for a worker elsewhere, which `holderElsewhere` names; and gives back, not counted as an attempt, what
    // is held in that name.
    virtual Task<Result<std::vector<Claim>>> claimFor(std::string holder, int count,
                                                      std::chrono::milliseconds wait) = 0;
    virtual Task<Result<void>> releaseOf(std::string holder) = 0;

    // After Offers::ingest has committed: takes them out of the queue, where ingest itself could not.
    virtual Task<Result<void>> acknowledge(std::vector<Claim> claims) = 0;

    // Analysis failed in a way that may pass: back into the queue after `delay`, or a dead letter when it was
    // the last attempt. Claims that are no longer held change nothing.
    virtual Task<Result<void>> retryLater(Claim claim, std::string reason, std::chrono::milliseconds delay) = 0;

    // Unharmed, not counted as an attempt: at shutdown.
    virtual Task<Result<void>> release(std::vector<Claim> claims) = 0;

    // Analysis can't succeed: ends the ledger row as Dead with this reason; the bytes are kept.
    virtual Task<Result<void>> deadLetter(Claim claim, std::string reason) = 0;

    // Puts dead letters of a user back into the queue with a clean count: one, or all. What died before it was fetched
    // is seen again, and its mailbox due, if that is still connected. Returns how many.
    virtual Task<Result<int>> revive(UserId user, std::optional<MessageId> message = {}) = 0;

    virtual Task<Result<Depth>> depth() = 0;

    // Whether the queue's own server answers now, where it has one; for readiness.
    virtual Task<Result<void>> ping() = 0;

    // What it stands on, which is itself where it has no server of its own.
    virtual LedgerQueue& ledger() = 0;
};

}  // namespace nextjob::queue
