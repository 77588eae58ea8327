#pragma once

#include "model/mailbox.hpp"
#include "wire/write.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// How far the sync of a mailbox is, as its user sees it: of the run under way, or the last one. Views into the mailbox,
// which outlives it.
struct SyncView {
    std::string_view source;
    std::string_view phase;  // waiting before the first run; else as ingest::SyncPhase
    bool asked = false;      // someone waits for a run
    std::int64_t run = 0;
    std::optional<std::string> startedAt, finishedAt;
    std::int64_t found = 0, fetched = 0, queued = 0, skipped = 0, failed = 0;
    std::optional<std::int64_t> secondsLeft;
    std::optional<std::string> error;
    std::optional<std::string> notice;     // of what can't be read though the rest is
    std::optional<std::string> nextRunAt;  // none while the account is broken
    wire::Raw settings;
};
BOOST_DESCRIBE_STRUCT(SyncView, (),
                      (source, phase, asked, run, startedAt, finishedAt, found, fetched, queued, skipped, failed,
                       secondsLeft, error, notice, nextRunAt, settings))

SyncView view(const Mailbox& mailbox);

}  // namespace nextjob::api
