#include "ingest/sync/sync_progress.hpp"

#include "text/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 4> phases{"listing", "fetching", "idle", "failed"};

void put(json::object& into, std::string_view name, const std::optional<Timestamp>& time) {
    if (time) into[name] = text::timestamp(*time);
}

std::int64_t count(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_int64() ? std::max<std::int64_t>(0, value->get_int64()) : 0;
}

std::string_view textOf(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

bool flag(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

std::string_view nameOf(SyncPhase phase) { return phases.at(static_cast<std::size_t>(phase)); }

std::string writeSyncProgress(const SyncProgress& progress) {
    json::object out;
    out["run"] = progress.run;
    out["phase"] = nameOf(progress.phase);
    put(out, "started", progress.started);
    put(out, "finished", progress.finished);
    out["found"] = progress.found;
    out["fetched"] = progress.fetched;
    out["queued"] = progress.queued;
    out["skipped"] = progress.skipped;
    out["failed"] = progress.failed;
    if (progress.secondsLeft) out["seconds_left"] = *progress.secondsLeft;
    if (!progress.error.empty()) out["error"] = progress.error;
    if (!progress.notice.empty()) out["notice"] = progress.notice;
    if (progress.troubles > 0) out["troubles"] = progress.troubles;
    if (progress.broken) out["broken"] = true;
    put(out, "retry_at", progress.retryAt);
    return json::serialize(out);
}

SyncProgress readSyncProgress(std::string_view written) {
    json::error_code error;
    const json::value value = json::parse(written, error);
    SyncProgress progress;
    if (error || !value.is_object()) return progress;
    const json::object& from = value.get_object();
    const auto phase = std::ranges::find(phases, textOf(from, "phase"));
    if (phase != phases.end()) progress.phase = static_cast<SyncPhase>(phase - phases.begin());
    progress.run = count(from, "run");
    progress.started = text::parseTimestamp(textOf(from, "started"));
    progress.finished = text::parseTimestamp(textOf(from, "finished"));
    progress.found = count(from, "found");
    progress.fetched = count(from, "fetched");
    progress.queued = count(from, "queued");
    progress.skipped = count(from, "skipped");
    progress.failed = count(from, "failed");
    if (from.contains("seconds_left")) progress.secondsLeft = count(from, "seconds_left");
    progress.error = textOf(from, "error");
    progress.notice = textOf(from, "notice");
    progress.troubles = static_cast<int>(std::min<std::int64_t>(count(from, "troubles"), 1000));
    progress.broken = flag(from, "broken");
    progress.retryAt = text::parseTimestamp(textOf(from, "retry_at"));
    return progress;
}

}  // namespace nextjob::ingest
