#pragma once

#include "ingest/files/file_reader.hpp"
#include "model/error.hpp"
#include "model/import.hpp"
#include "model/task.hpp"
#include "queue/queue.hpp"

#include <cstdint>
#include <functional>

namespace nextjob::ingest {

// What became of one reading of an import's files.
struct FeedReport {
    ImportProgress progress;
    int failedFiles = 0;
    bool complete = false;  // false when `goOn` said to stop
};

// Reads an import's messages and puts them into the queue in batches, ledger row and queue entry together, at the speed
// at which the queue has room. Reading the same files again is harmless: the ledger knows the messages. It blocks on
// files, so it belongs on a thread of its own, not on an event loop.
class QueueFeeder {
  public:
    struct Events {
        std::function<void(const Error&)> fileFailed;  // reading goes on with the next file
        std::function<bool()> goOn;                    // asked after each batch
    };

    QueueFeeder(queue::Queue& queue, UserId user, ImportId import) : queue_(queue), user_(user), import_(import) {}

    // An error is the queue's: what was accepted before stays accepted.
    Task<Result<FeedReport>> feed(FileReader& reader, Events events);

  private:
    queue::Queue& queue_;
    UserId user_;
    ImportId import_;
};

}  // namespace nextjob::ingest
