#include "api/middleware/access_log.hpp"

#include "wire/write.hpp"

#include <spdlog/spdlog.h>

#include <cmath>

namespace nextjob::api {

namespace {

struct Line {
    std::string_view event;
    std::string_view requestId;
    std::string_view method;
    std::optional<std::string_view> route;
    int status;
    std::optional<std::int64_t> userId;
    std::int64_t bytesOut;
    double durationMs;
    std::optional<std::string_view> reason;
};
BOOST_DESCRIBE_STRUCT(Line, (), (event, requestId, method, route, status, userId, bytesOut, durationMs, reason))

}  // namespace

void logAccess(spdlog::logger& log, const AccessRecord& record) {
    if (!log.should_log(spdlog::level::info)) return;
    const double micros = std::round(static_cast<double>(record.duration.count()) / 1000.0);
    log.info(wire::write(Line{
        .event = "request",
        .requestId = record.requestId,
        .method = record.method,
        .route = record.route.empty() ? std::nullopt : std::optional(record.route),
        .status = record.status,
        .userId = record.userId == 0 ? std::nullopt : std::optional(record.userId),
        .bytesOut = static_cast<std::int64_t>(record.bytesOut),
        .durationMs = micros / 1000.0,
        .reason = record.reason.empty() ? std::nullopt : std::optional(record.reason),
    }));
}

}  // namespace nextjob::api
