#include "api/handlers/imports/import_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

#include <algorithm>
#include <cmath>

namespace nextjob::api {

namespace {

// How much of the work is done: the share of the file that was read, less the share of its messages that still wait.
double progressOf(const Import& import) {
    if (import.state == ImportState::Done || import.state == ImportState::Failed) return 1;
    if (import.bytes == 0) return 0;
    const double read = std::min(1.0, static_cast<double>(import.bytesRead) / static_cast<double>(import.bytes));
    // A reader that starts anew after a crash has seen fewer than are queued already.
    const double seen = static_cast<double>(std::max(import.seen, import.fresh));
    const double analysed = seen == 0 ? 1.0 : 1.0 - static_cast<double>(import.pending()) / seen;
    return std::floor(read * analysed * 1000) / 1000;
}

}  // namespace

ImportView view(const Import& import) {
    return {
        .id = import.id,
        .state = nameOf(import.state),
        .error = import.error.empty() ? std::nullopt : std::optional<std::string_view>(import.error),
        .fileName = import.fileName,
        .bytes = static_cast<std::int64_t>(import.bytes),
        .bytesRead = static_cast<std::int64_t>(import.bytesRead),
        .progress = progressOf(import),
        .seen = import.seen,
        .duplicates = std::max<std::int64_t>(0, import.duplicates()),
        .pending = import.pending(),
        .done = import.done,
        .skipped = import.skipped,
        .dead = import.dead,
        .offersNew = import.offersNew,
        .offersUpdated = import.offersUpdated,
        .createdAt = text::timestamp(import.created),
        .finishedAt = import.finished ? std::optional(text::timestamp(*import.finished)) : std::nullopt,
        .statusUrl = "/import/" + std::to_string(import.id),
    };
}

}  // namespace nextjob::api
