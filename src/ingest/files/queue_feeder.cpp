#include "ingest/files/queue_feeder.hpp"

#include "ingest/files/raw_file_message.hpp"

#include <vector>

namespace nextjob::ingest {

namespace {
// A batch is one transaction: large enough to be cheap, small against what the queue holds.
constexpr std::size_t batchMessages = 200;
constexpr std::size_t batchBytes = 4U << 20;
}  // namespace

Task<Result<FeedReport>> QueueFeeder::feed(FileReader& reader, Events events) {
    FeedReport report;
    report.progress.import = import_;
    bool atEnd = false;
    while (!atEnd && events.goOn()) {
        std::vector<RawMessage> batch;
        for (std::size_t bytes = 0; batch.size() < batchMessages && bytes < batchBytes;) {
            auto message = reader.next();
            if (!message) {
                ++report.failedFiles;
                events.fileFailed(message.error());
                continue;
            }
            atEnd = !*message;
            if (atEnd) break;
            bytes += (*message)->bytes.size();
            batch.push_back(rawMessage(std::move(**message), user_, import_));
        }
        report.progress.seen += static_cast<std::int64_t>(batch.size());
        report.progress.bytesRead = reader.position();
        if (batch.empty()) continue;
        auto accepted = co_await queue_.accept(std::move(batch), report.progress);
        if (!accepted) co_return std::unexpected(std::move(accepted.error()));
    }
    report.complete = atEnd;
    co_return report;
}

}  // namespace nextjob::ingest
