#include "api/handlers/integrations/sync_view.hpp"

#include "ingest/sync/sync_progress.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api {

namespace {

std::optional<std::string> text(const std::optional<Timestamp>& time) {
    return time ? std::optional(text::timestamp(*time)) : std::nullopt;
}

}  // namespace

SyncView view(const Mailbox& mailbox) {
    auto progress = ingest::readSyncProgress(mailbox.progress);
    return {.source = mailbox.source,
            .phase = mailbox.progress.empty() ? "waiting" : nameOf(progress.phase),
            .asked = mailbox.asked.has_value(),
            .run = progress.run,
            .startedAt = text(progress.started),
            .finishedAt = text(progress.finished),
            .found = progress.found,
            .fetched = progress.fetched,
            .queued = progress.queued,
            .skipped = progress.skipped,
            .failed = progress.failed,
            .secondsLeft = progress.secondsLeft,
            .error = progress.error.empty() ? std::nullopt : std::optional(std::move(progress.error)),
            .notice = progress.notice.empty() ? std::nullopt : std::optional(std::move(progress.notice)),
            .nextRunAt = mailbox.broken ? std::nullopt : std::optional(text::timestamp(mailbox.due)),
            .settings = {mailbox.settings}};
}

}  // namespace nextjob::api
